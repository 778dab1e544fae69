package dev.plumbline.train.objective;

import java.util.Arrays;
import java.util.List;

/**
 * A weighted sum of pair losses, each a mean over the pairs or over the chosen tokens of a whole
 * optimiser step. A micro-batch contributes its part: the parts of a step add up to the step's
 * loss, whatever the cut.
 */
public record LossSum(List<Term> terms) {
  public LossSum {
    terms = List.copyOf(terms);
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("a sum of losses needs at least one");
    }
  }

  /** What a term's sum is divided by. */
  public enum Mean {
    /** The step's pairs, counted with their weights. */
    PAIRS,
    /** The learned tokens of the step's chosen completions, counted with their pairs' weights. */
    CHOSEN_TOKENS
  }

  /**
   * One loss of the sum.
   *
   * @param weight its factor
   * @param mean what it is averaged over
   */
  public record Term(PairObjective objective, double weight, Mean mean) {}

  /** A single loss, averaged over pairs. */
  public static LossSum of(PairObjective objective) {
    return new LossSum(List.of(new Term(objective, 1, Mean.PAIRS)));
  }

  /**
   * What each pair of a micro-batch adds to the loss of its step, with the slopes of that share.
   *
   * @param pairs a micro-batch
   * @param weights one a pair
   * @param stepPairs weights of all pairs of the step, summed
   * @param stepTokens learned tokens of the step's chosen completions, weighted likewise
   */
  public List<PairLoss> shares(
      List<PairLogProbs> pairs, double[] weights, double stepPairs, double stepTokens) {
    PairLoss[] shares = new PairLoss[pairs.size()];
    Arrays.fill(shares, PairLoss.ZERO);
    for (Term term : terms) {
      double factor = term.weight() / (term.mean() == Mean.PAIRS ? stepPairs : stepTokens);
      List<PairLoss> losses = term.objective().losses(pairs);
      for (int i = 0; i < shares.length; i++) {
        shares[i] = shares[i].plus(losses.get(i), factor * weights[i]);
      }
    }
    return List.of(shares);
  }
}
