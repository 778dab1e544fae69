/**
 * Losses on preference pairs as pure functions: log-probs in, the loss and its gradient in the
 * log-probs out, in float64. Nothing here knows a model, a tensor or a file.
 */
package dev.plumbline.train.objective;
