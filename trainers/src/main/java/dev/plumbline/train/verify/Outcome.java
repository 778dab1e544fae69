package dev.plumbline.train.verify;

import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.train.loop.Recipe;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What rows come to under a policy.
 *
 * @param loss their part of a step's loss
 * @param slopes the gradient by what it belongs to: a token of a completion of a prompt, wherever
 *     in a batch and however often it comes, as a policy's parameters collect it
 */
record Outcome(double loss, SortedMap<String, Double> slopes) {

  static <R> Outcome of(Recipe<R> recipe, List<R> rows, Recipe.Totals totals, RandomPolicy policy) {
    Batch batch = recipe.batch(rows);
    LogProbs logProbs = policy.logProbs(batch);
    Recipe.Part part = recipe.part(rows, batch, logProbs, totals);
    SortedMap<String, Double> slopes = new TreeMap<>();
    int completion = 0;
    for (Batch.Item item : batch.items()) {
      for (Batch.Completion each : item.completions()) {
        double[] tokens = part.gradients().tokens()[completion++];
        String name = Arrays.toString(item.prompt()) + Arrays.toString(each.ids());
        for (int t = 0; t < tokens.length; t++) {
          slopes.merge(name + t, tokens[t], Double::sum);
        }
      }
    }
    return new Outcome(part.loss(), slopes);
  }

  static <R> Outcome of(Recipe<R> recipe, List<R> rows, RandomPolicy policy) {
    return of(recipe, rows, recipe.totals(rows), policy);
  }

  Outcome plus(Outcome other) {
    SortedMap<String, Double> sums = new TreeMap<>(slopes);
    other.slopes.forEach((token, slope) -> sums.merge(token, slope, Double::sum));
    return new Outcome(loss + other.loss, sums);
  }
}
