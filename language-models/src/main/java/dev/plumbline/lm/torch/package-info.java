/**
 * The engine room: the only package that touches {@code ai.djl.pytorch}. It starts libtorch, loads
 * generated TorchScript, calls it with and without gradient, and goes backward with given output
 * gradients.
 *
 * <p>DJL's own operators are not used for anything that is differentiated: some of them give
 * silently wrong gradients (scalars backed by freed buffers) or none (casts). What the package
 * offers instead is TorchScript text, whose every constant is the engine's own.
 */
package dev.plumbline.lm.torch;
