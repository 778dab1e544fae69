/**
 * Hugging Face folders: what {@code config.json} and {@code generation_config.json} say, the
 * architecture that follows, and weights in safetensors files, read and written.
 */
package dev.plumbline.lm.checkpoint;
