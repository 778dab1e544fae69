package dev.plumbline.train.loop;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.TokenStatistic;
import java.util.List;
import java.util.Set;

/** What recipes on preference pairs have in common. */
public interface PairRecipe extends Recipe<PairRow> {

  @Override
  default String unit() {
    return "pairs";
  }

  @Override
  default String id(PairRow row) {
    return row.id();
  }

  @Override
  default Batch batch(List<PairRow> rows) {
    return PairBatch.of(rows);
  }

  @Override
  default Set<TokenStatistic> statistics() {
    return PairMetrics.STATISTICS;
  }
}
