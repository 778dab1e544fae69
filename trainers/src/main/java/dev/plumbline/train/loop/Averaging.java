package dev.plumbline.train.loop;

/** What the loss and the metrics of an optimiser step are means over. */
public enum Averaging {
  /** All rows or tokens of the step, each alike, however they are cut into micro-batches. */
  STEP,
  /**
   * Micro-batches: the mean of their means, as TRL computes it. Rows of a short micro-batch weigh
   * more.
   */
  MICRO_BATCH
}
