package dev.plumbline.train.objective;

import java.util.List;
import java.util.stream.IntStream;

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
        -slope * score.slope(pair.rejected()),
        link.isClamped(logit)
            || score.isClamped(pair.chosen())
            || score.isClamped(pair.rejected()));
  }

  /** {@code link(score(chosen))}, pair by pair. */
  static PairObjective chosen(Score score, Link link) {
    return pairs ->
        pairs.stream()
            .map(PairLogProbs::chosen)
            .map(y -> new PairLoss(link.value(score.value(y)), slope(score, link, y), 0))
            .toList();
  }

  /** {@code link(score(rejected))}, pair by pair. */
  static PairObjective rejected(Score score, Link link) {
    return pairs ->
        pairs.stream()
            .map(PairLogProbs::rejected)
            .map(y -> new PairLoss(link.value(score.value(y)), 0, slope(score, link, y)))
            .toList();
  }

  private static double slope(Score score, Link link, CompletionLogProb completion) {
    return link.slope(score.value(completion)) * score.slope(completion);
  }

  /** The sum of this loss and another. */
  default PairObjective plus(PairObjective other) {
    return pairs -> {
      List<PairLoss> ours = losses(pairs);
      List<PairLoss> theirs = other.losses(pairs);
      return IntStream.range(0, pairs.size())
          .mapToObj(i -> ours.get(i).plus(theirs.get(i), 1))
          .toList();
    };
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
