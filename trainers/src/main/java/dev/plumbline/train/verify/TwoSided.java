package dev.plumbline.train.verify;

/** Rows with a better and a worse completion, in that order in a recipe's batch. */
public interface TwoSided<R> extends Rows<R> {

  /** The row with its label turned: what was chosen is rejected. */
  R swapped(R row);

  /**
   * By how many nats the chosen completion leads: what must be taken from its log-prob so that the
   * loss's logit is 0.
   *
   * @param tokens log-probs under the policy, of the chosen and of the rejected completion
   */
  double lead(R row, double[][] tokens);
}
