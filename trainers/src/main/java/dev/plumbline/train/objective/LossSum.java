package dev.plumbline.train.objective;

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
   * What some pairs add to the loss of their step.
   *
   * @param pairs a micro-batch
   * @param weights one a pair
   * @param stepPairs weights of all pairs of the step, summed
   * @param stepTokens learned tokens of the step's chosen completions, weighted likewise
   */
  public Part part(
      List<PairLogProbs> pairs, double[] weights, double stepPairs, double stepTokens) {
    double value = 0;
    double[] chosen = new double[pairs.size()];
    double[] rejected = new double[pairs.size()];
    for (Term term : terms) {
      double factor = term.weight() / (term.mean() == Mean.PAIRS ? stepPairs : stepTokens);
      List<PairLoss> losses = term.objective().losses(pairs);
      for (int i = 0; i < losses.size(); i++) {
        double share = factor * weights[i];
        value += share * losses.get(i).value();
        chosen[i] += share * losses.get(i).chosenSlope();
        rejected[i] += share * losses.get(i).rejectedSlope();
      }
    }
    return new Part(value, chosen, rejected);
  }

  /**
   * Part of a step's loss and its gradient.
   *
   * @param value the part
   * @param chosenSlopes derivatives in the chosen completions' log-probs, one a pair
   * @param rejectedSlopes derivatives in the rejected completions' log-probs, one a pair
   */
  public record Part(double value, double[] chosenSlopes, double[] rejectedSlopes) {}
}
