package dev.plumbline.train.verify;

import dev.plumbline.data.rows.Mismatch;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.random.RandomStream;
import java.util.Arrays;

/**
 * Completions that are desirable or not, of methods with a reference.
 *
 * @param mismatches whether rows carry a completion of another prompt, whose log-probs are known
 */
public record UnpairedRows(boolean mismatches) implements Rows<UnpairedRow> {

  @Override
  public UnpairedRow random(RandomStream random, int mostTokens) {
    UnpairedRow row =
        new UnpairedRow(
            "row",
            RandomIds.prompt(random),
            RandomIds.completion(random, mostTokens),
            random.chance(0.5),
            Double.NaN,
            0.5 + 1.5 * random.uniform());
    int[] other = RandomIds.completion(random, mostTokens);
    double reference = -10 * random.uniform();
    double policy = -10 * random.uniform();
    return mismatches ? row.withMismatch(new Mismatch(other, reference, policy)) : row;
  }

  @Override
  public UnpairedRow withReference(UnpairedRow row, double[][] tokens) {
    return row.withReference(Arrays.stream(tokens[0]).sum());
  }

  @Override
  public UnpairedRow withWeight(UnpairedRow row, double weight) {
    return row.withWeight(weight);
  }
}
