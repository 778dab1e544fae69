package dev.plumbline.train.kto;

import dev.plumbline.data.rows.Mismatch;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.train.loop.Companion;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** What the policy gives to the mismatched completions when a step begins, without gradient. */
final class MismatchedLogProbs implements Companion<UnpairedRow> {

  @Override
  public List<UnpairedRow> fill(List<UnpairedRow> rows, Policy policy) {
    LogProbs logProbs =
        policy.logProbs(new Batch(rows.stream().map(MismatchedLogProbs::item).toList()), Set.of());
    return IntStream.range(0, rows.size())
        .mapToObj(i -> filled(rows.get(i), logProbs.sum(i)))
        .toList();
  }

  private static Batch.Item item(UnpairedRow row) {
    return Batch.Item.of(row.prompt(), List.of(row.mismatch().orElseThrow().completion()));
  }

  private static UnpairedRow filled(UnpairedRow row, double logProb) {
    Mismatch mismatch = row.mismatch().orElseThrow();
    return row.withMismatch(new Mismatch(mismatch.completion(), mismatch.reference(), logProb));
  }
}
