package dev.plumbline.train.run;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.train.loop.PairSums;
import java.nio.file.Path;
import java.util.List;

/** The run's reference: log-probs under it, or itself. */
public interface References {

  /**
   * The rows with their reference log-probs: from the data, a file, or computed.
   *
   * @param sums how a completion's token log-probs add up
   */
  List<PairRow> fill(List<PairRow> rows, PairSums sums);

  /** Rows of single completions with their reference log-probs, those of mismatches too. */
  List<UnpairedRow> fillUnpaired(List<UnpairedRow> rows);

  /**
   * The pairs with their log-probs under another frozen model in the place of the reference's.
   *
   * @param other a Hugging Face folder with the same vocabulary
   */
  List<PairRow> under(Path other, List<PairRow> rows);

  /** Hash of the reference's weights. */
  String weightsHash();

  /** The reference as a policy of its own, for methods that move it; the caller closes it. */
  Policy open();
}
