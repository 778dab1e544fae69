package dev.plumbline.train.verify;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.random.RandomStream;
import dev.plumbline.train.loop.PairSums;

/**
 * Preference pairs.
 *
 * @param sums how a completion's log-prob is made of its tokens'
 * @param reference whether the loss sees the reference
 * @param weights whether rows may have weights
 */
public record PairRows(PairSums sums, boolean reference, boolean weights)
    implements TwoSided<PairRow> {
  /** Pairs of a method with a reference and plain sums. */
  public static final PairRows PLAIN = new PairRows(PairSums.PLAIN, true, true);

  @Override
  public PairRow random(RandomStream random, int mostTokens) {
    return new PairRow(
        "pair",
        RandomIds.prompt(random),
        RandomIds.completion(random, mostTokens),
        RandomIds.completion(random, mostTokens),
        Double.NaN,
        Double.NaN,
        weights ? 0.5 + 1.5 * random.uniform() : 1);
  }

  @Override
  public PairRow withReference(PairRow row, double[][] tokens) {
    return reference
        ? row.withReference(
            sums.of(tokens[0], tokens[1].length), sums.of(tokens[1], tokens[0].length))
        : row;
  }

  @Override
  public PairRow withWeight(PairRow row, double weight) {
    return row.withWeight(weight);
  }

  @Override
  public PairRow swapped(PairRow row) {
    return row.swapped();
  }

  @Override
  public double lead(PairRow row, double[][] tokens) {
    double lead = sums.of(tokens[0], tokens[1].length) - sums.of(tokens[1], tokens[0].length);
    return reference ? lead - (row.refChosen() - row.refRejected()) : lead;
  }
}
