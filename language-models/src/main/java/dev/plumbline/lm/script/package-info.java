/**
 * Writes the TorchScript of a decoder from its description: one generator, data per family. Also
 * the rotary tables, which are computed in Java and handed to the script as tensors.
 */
package dev.plumbline.lm.script;
