package dev.plumbline.lm.policy;

import java.util.Arrays;
import java.util.List;

/**
 * Gradient of a loss with respect to the token log-probs of a batch's completions: {@code
 * tokens[i][t] = dL / dlogp(i, t)}. What an objective hands to {@link Policy.Forward#backward}.
 * Values at tokens that are not learned are ignored.
 *
 * @param tokens one array a completion, as long as the completion
 */
public record TokenGradients(double[][] tokens) {

  /**
   * The gradient of a loss that depends on the completions' summed log-probs only: every token of a
   * completion gets the completion's derivative.
   *
   * @param batch the batch whose completions are meant
   * @param sums {@code dL / dsum(i)}, one a completion
   */
  public static TokenGradients ofSums(Batch batch, double[] sums) {
    List<Batch.Completion> completions = batch.completions();
    if (completions.size() != sums.length) {
      throw new IllegalArgumentException(
          sums.length + " derivatives for a batch of " + completions.size() + " completions");
    }
    double[][] tokens = new double[sums.length][];
    for (int i = 0; i < sums.length; i++) {
      tokens[i] = new double[completions.get(i).ids().length];
      Arrays.fill(tokens[i], sums[i]);
    }
    return new TokenGradients(tokens);
  }
}
