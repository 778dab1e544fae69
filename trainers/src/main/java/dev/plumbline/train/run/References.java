package dev.plumbline.train.run;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.train.loop.PairSums;
import java.util.List;

/** Gives rows their log-probs under the run's frozen reference. */
@FunctionalInterface
public interface References {

  /**
   * The rows with their reference log-probs: from the data, a file, or computed.
   *
   * @param sums how a completion's token log-probs add up
   */
  List<PairRow> fill(List<PairRow> rows, PairSums sums);
}
