package dev.plumbline.train.loop;

import dev.plumbline.lm.policy.TokenGradients;

/**
 * How the log-probs of a completion's tokens add up to the completion's, in a pair. All count
 * alike, unless long completions are held back: LD-DPO (Liu et al., arXiv 2409.06411) weighs the
 * tokens beyond the length of the pair's shorter completion with alpha.
 *
 * @param alpha from 0 to 1; 1 is the plain sum
 */
public record PairSums(double alpha) {
  /** All tokens count alike. */
  public static final PairSums PLAIN = new PairSums(1);

  public PairSums {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha is " + alpha + "; expected 0 to 1");
    }
  }

  /**
   * A completion's log-prob.
   *
   * @param tokens log-probs of its tokens
   * @param otherLength tokens of the pair's other completion
   */
  public double of(double[] tokens, int otherLength) {
    double sum = 0;
    for (int t = 0; t < tokens.length; t++) {
      sum += weight(t, otherLength) * tokens[t];
    }
    return sum;
  }

  /**
   * Gradient of a loss in the tokens' log-probs, for {@link TokenGradients}.
   *
   * @param slope derivative of the loss in the completion's log-prob
   * @param length tokens of the completion
   * @param otherLength tokens of the pair's other completion
   */
  public double[] gradient(double slope, int length, int otherLength) {
    double[] gradient = new double[length];
    for (int t = 0; t < length; t++) {
      gradient[t] = slope * weight(t, otherLength);
    }
    return gradient;
  }

  private double weight(int token, int otherLength) {
    return token < otherLength ? 1 : alpha;
  }
}
