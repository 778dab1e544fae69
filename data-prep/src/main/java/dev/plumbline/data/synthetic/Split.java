package dev.plumbline.data.synthetic;

/** Parts of the task that share no prompt. */
public enum Split {
  /** What models are trained on: 3/4 of all errands. */
  TRAIN,
  /** For choices: when to stop, which setting. */
  VALIDATION,
  /** For the final score, asked once. */
  TEST
}
