package dev.plumbline.train.run;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.Batch;
import java.util.List;

/**
 * Completions of a prompt whose log-probs a run wants to know under a model that does not move.
 *
 * @param id of their row
 * @param completions as many for every row; two are a pair
 */
record Asked(String id, int[] prompt, List<int[]> completions) {

  static Asked of(PairRow row) {
    return new Asked(row.id(), row.prompt(), List.of(row.chosen(), row.rejected()));
  }

  Batch.Item item() {
    return new Batch.Item(prompt, completions.stream().map(Batch.Completion::of).toList());
  }
}
