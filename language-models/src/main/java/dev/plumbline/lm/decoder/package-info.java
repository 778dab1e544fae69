/**
 * A decoder in memory: its parameters on a device, the compiled script that runs them, the
 * optimiser's state.
 */
package dev.plumbline.lm.decoder;
