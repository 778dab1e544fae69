package dev.plumbline.train.objective;

import java.util.List;

/**
 * A loss on preference pairs. It takes all pairs of a micro-batch at once, because some losses
 * compare across pairs; most judge each pair alone.
 */
@FunctionalInterface
public interface PairObjective {

  /** The pairs' losses, in their order. Pure: the same numbers in, the same numbers out. */
  List<PairLoss> losses(List<PairLogProbs> pairs);

  /**
   * {@code link(score(chosen) - score(rejected))}, pair by pair: DPO, cDPO, robust DPO, IPO, hinge
   * and their relatives.
   */
  static PairObjective difference(Score score, Link link) {
    return pairs -> pairs.stream().map(pair -> difference(score, link, pair)).toList();
  }

  private static PairLoss difference(Score score, Link link, PairLogProbs pair) {
    double logit = score.value(pair.chosen()) - score.value(pair.rejected());
    double slope = link.slope(logit);
    return new PairLoss(
        link.value(logit),
        slope * score.slope(pair.chosen()),
        -slope * score.slope(pair.rejected()));
  }

  /** The chosen completion's negative log-likelihood: the sum over its tokens. */
  static PairObjective chosenNll() {
    return pairs ->
        pairs.stream().map(pair -> new PairLoss(-pair.chosen().policy(), -1, 0)).toList();
  }

  /** The chosen completion's negative log-likelihood a token. */
  static PairObjective chosenMeanNll() {
    return pairs ->
        pairs.stream()
            .map(PairLogProbs::chosen)
            .map(y -> new PairLoss(-y.policy() / y.tokens(), -1.0 / y.tokens(), 0))
            .toList();
  }
}
