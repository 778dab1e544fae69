/**
 * Shows a run elsewhere while it trains: TensorBoard event files and an MLflow server. Both repeat
 * what {@code metrics.jsonl} says; neither changes a run.
 */
package dev.plumbline.train.track;
