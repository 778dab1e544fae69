/**
 * Text and token ids: the tokenizer of a model folder, the boundary between prompt and completion,
 * truncation.
 */
package dev.plumbline.lm.text;
