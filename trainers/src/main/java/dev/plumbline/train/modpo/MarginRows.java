package dev.plumbline.train.modpo;

import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.random.RandomStream;
import dev.plumbline.train.verify.PairRows;
import dev.plumbline.train.verify.TwoSided;
import java.util.Map;

/**
 * Pairs with one margin.
 *
 * @param name of the margin
 * @param worth nats that a point of the margin weighs in the logit
 */
record MarginRows(String name, double worth) implements TwoSided<PairRow> {

  @Override
  public PairRow random(RandomStream random, int mostTokens) {
    Margin margin = new Margin(4 * random.uniform() - 2, 4 * random.uniform() - 2);
    return PairRows.PLAIN.random(random, mostTokens).withMargins(Map.of(name, margin));
  }

  @Override
  public PairRow withReference(PairRow row, double[][] tokens) {
    return PairRows.PLAIN.withReference(row, tokens);
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
    return PairRows.PLAIN.lead(row, tokens) - worth * gap(row);
  }

  /** By how much the chosen completion is worth more to the other objective. */
  double gap(PairRow row) {
    Margin margin = row.margins().get(name);
    return margin.chosen() - margin.rejected();
  }
}
