package dev.plumbline.train.objective;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Alignment via optimal transport (Melnyk et al., arXiv 2406.05882): not pair by pair, but rank by
 * rank over the pairs of a micro-batch, so that one distribution comes to dominate another. The
 * result depends on how rows are cut into micro-batches. A loss belongs to a rank, so rows cannot
 * have weights of their own.
 */
public final class Ranked {
  private Ranked() {}

  /**
   * AOT: the k-th smallest margin under the policy against the k-th smallest under the reference.
   *
   * @param link of the scaled difference
   */
  public static PairObjective margins(double scale, Link link) {
    return pairs -> {
      int[] order = order(pairs, pair -> pair.chosen().policy() - pair.rejected().policy());
      int[] against = order(pairs, Ranked::referenceMargin);
      PairLoss[] losses = new PairLoss[pairs.size()];
      for (int rank = 0; rank < order.length; rank++) {
        PairLogProbs pair = pairs.get(order[rank]);
        double margin = pair.chosen().policy() - pair.rejected().policy();
        double logit = scale * (margin - referenceMargin(pairs.get(against[rank])));
        double slope = scale * link.slope(logit);
        losses[order[rank]] = new PairLoss(link.value(logit), slope, -slope);
      }
      return List.of(losses);
    };
  }

  private static double referenceMargin(PairLogProbs pair) {
    return pair.chosen().reference() - pair.rejected().reference();
  }

  /**
   * AOT for completions that are no pairs: the k-th smallest log-ratio of the chosen completions
   * against the k-th smallest of the rejected ones. A rank's loss is booked with its chosen
   * completion's pair.
   *
   * @param link of the scaled difference
   */
  public static PairObjective completions(double scale, Link link) {
    return pairs -> {
      int[] chosen = order(pairs, pair -> pair.chosen().logRatio());
      int[] rejected = order(pairs, pair -> pair.rejected().logRatio());
      PairLoss[] losses = new PairLoss[pairs.size()];
      Arrays.fill(losses, PairLoss.ZERO);
      for (int rank = 0; rank < chosen.length; rank++) {
        int better = chosen[rank];
        int worse = rejected[rank];
        double logit =
            scale
                * (pairs.get(better).chosen().logRatio() - pairs.get(worse).rejected().logRatio());
        double slope = scale * link.slope(logit);
        losses[better] = losses[better].plus(new PairLoss(link.value(logit), slope, 0), 1);
        losses[worse] = losses[worse].plus(new PairLoss(0, 0, -slope), 1);
      }
      return List.of(losses);
    };
  }

  /** Numbers of the pairs, from the smallest value to the largest; ties in their order. */
  private static int[] order(List<PairLogProbs> pairs, ToDoubleFunction<PairLogProbs> value) {
    double[] values = pairs.stream().mapToDouble(value).toArray();
    return IntStream.range(0, values.length)
        .boxed()
        .sorted((a, b) -> Double.compare(values[a], values[b]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
