package dev.plumbline.train.loop;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.Batch;
import java.util.List;

/** Pairs as a batch: a prompt with two completions each, the chosen one first. */
public final class PairBatch {
  private PairBatch() {}

  /** The batch of pairs, in their order. All completion tokens are learned. */
  public static Batch of(List<PairRow> pairs) {
    return new Batch(
        pairs.stream()
            .map(pair -> Batch.Item.of(pair.prompt(), List.of(pair.chosen(), pair.rejected())))
            .toList());
  }

  /** The batch's number of a pair's chosen completion. */
  public static int chosen(int pair) {
    return 2 * pair;
  }

  /** The batch's number of a pair's rejected completion. */
  public static int rejected(int pair) {
    return 2 * pair + 1;
  }
}
