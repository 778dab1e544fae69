package dev.plumbline.train.verify;

/**
 * What a loss is checked for, unless it says why it lacks it. Instances are random: rows, log-probs
 * of their tokens, and where a method has one the reference's.
 */
public enum Claim {
  /** Loss and gradient are numbers where log-probs are 0 or -1e5, under policy and reference. */
  FINITE("finite at +-1e5"),
  /** The gradient is the loss's derivative in every token's log-prob. */
  GRADIENT("gradient"),
  /** Where policy and reference agree, the loss is what its formula says. */
  START("loss at the reference"),
  /** The last token of a completion, its EOS, is learned as the others are. */
  EOS("EOS is learned"),
  /** Moving policy and reference of a completion alike changes nothing. */
  LOG_RATIOS("only log-ratios count"),
  /** Moving the policy of both completions of a pair alike changes nothing. */
  SHIFT("shift"),
  /** Swapping a pair turns its logit around. */
  SWAP("swap"),
  /** The order of rows changes nothing. */
  ORDER("order of rows"),
  /** Micro-batches of one row add up to the step. */
  CUT("8 x 1 = 1 x 8"),
  /** All rows twice is the same mean. */
  DUPLICATES("duplicate rows"),
  /** A row of weight 2 is the row twice. */
  WEIGHTS("weight 2 = two rows"),
  /** The loop ends at the minimum that is known in closed form. */
  GAME("closed form");

  private final String title;

  Claim(String title) {
    this.title = title;
  }

  /** What a table calls it. */
  public String title() {
    return title;
  }
}
