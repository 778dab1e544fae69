package dev.plumbline.train.verify;

import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.lm.random.RandomStream;

/** Prompts with one completion each, of methods without a reference. */
public record CompletionRows() implements Rows<CompletionRow> {

  @Override
  public CompletionRow random(RandomStream random, int mostTokens) {
    return new CompletionRow(
        "row",
        RandomIds.prompt(random),
        RandomIds.completion(random, mostTokens),
        0.5 + 1.5 * random.uniform());
  }

  @Override
  public CompletionRow withReference(CompletionRow row, double[][] tokens) {
    return row;
  }

  @Override
  public CompletionRow withWeight(CompletionRow row, double weight) {
    return new CompletionRow(row.id(), row.prompt(), row.completion(), weight);
  }
}
