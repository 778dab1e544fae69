package dev.plumbline.train.run;

import dev.plumbline.data.rows.Mismatch;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.policy.Batch;
import java.util.ArrayList;
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

  static Asked of(UnpairedRow row) {
    List<int[]> completions = new ArrayList<>(List.of(row.completion()));
    row.mismatch().map(Mismatch::completion).ifPresent(completions::add);
    return new Asked(row.id(), row.prompt(), completions);
  }

  Batch.Item item() {
    return Batch.Item.of(prompt, completions);
  }
}
