package dev.plumbline.train.loop;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.train.loop.Recipe.Part;
import dev.plumbline.train.loop.Recipe.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Runs rows through a policy and a recipe: with gradient for a step, without for an evaluation. */
final class Steps<R> {
  private static final int NAMED_ROWS = 5;

  private final Policy policy;
  private final Recipe<R> recipe;
  private final Companion<R> companion;
  private final Averaging asked;

  Steps(Policy policy, Recipe<R> recipe, Companion<R> companion, Averaging asked) {
    this.policy = policy;
    this.recipe = recipe;
    this.companion = companion;
    this.asked = asked;
  }

  /**
   * What an optimiser step came to before the policy moves.
   *
   * @param gradientNorm before clipping
   */
  record Step(double loss, double gradientNorm, Metrics metrics, long tokens, int rows) {}

  /**
   * Accumulates the gradient of a step.
   *
   * @param number of the step, for errors: the first is 1
   * @throws PlumblineException if loss or gradient is not finite; the gradient is forgotten
   */
  Step accumulate(List<List<R>> windowRows, long number) {
    List<List<R>> microBatches =
        windowRows.stream().map(rows -> companion.fill(rows, policy)).toList();
    List<R> all = microBatches.stream().flatMap(List::stream).toList();
    Averaging averaging = recipe.lossAveraging(asked);
    Totals whole = recipe.totals(all);
    double loss = 0;
    long tokens = 0;
    Metrics metrics = new Metrics();
    for (List<R> rows : microBatches) {
      Totals totals =
          averaging == Averaging.STEP ? whole : recipe.totals(rows).times(microBatches.size());
      Batch batch = recipe.batch(rows);
      try (Policy.Forward forward = policy.forward(batch, recipe.statistics())) {
        Part part = recipe.part(rows, batch, forward.logProbs(), totals);
        requireFinite("loss", part.loss(), rows, number);
        forward.backward(part.gradients());
        loss += part.loss();
        add(metrics, part.metrics());
      }
      tokens += batch.tokens();
    }
    double norm = policy.gradientNorm();
    requireFinite("gradient", norm, all, number);
    return new Step(loss, norm, metrics, tokens, all.size());
  }

  /**
   * Loss and metrics of rows without gradient, under TRL's names: {@code eval_...}.
   *
   * @param number of the step before, for errors
   */
  SortedMap<String, Double> evaluate(List<R> rows, int batchSize, long number) {
    List<List<R>> batches = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += batchSize) {
      batches.add(
          companion.fill(rows.subList(from, Math.min(rows.size(), from + batchSize)), policy));
    }
    Totals whole = recipe.totals(batches.stream().flatMap(List::stream).toList());
    double loss = 0;
    Metrics metrics = new Metrics();
    for (List<R> some : batches) {
      // TRL weighs the batches' mean losses by their rows, whatever the means run over.
      Totals totals = asked == Averaging.STEP ? whole : recipe.totals(some);
      double weight = asked == Averaging.STEP ? 1 : (double) some.size() / rows.size();
      Part part = part(some, totals);
      requireFinite("evaluation loss", part.loss(), some, number);
      loss += weight * part.loss();
      add(metrics, part.metrics());
    }
    SortedMap<String, Double> named = new TreeMap<>();
    named.put("eval_loss", loss);
    recipe.metrics(metrics.means()).forEach((name, mean) -> named.put("eval_" + name, mean));
    return named;
  }

  private void add(Metrics all, Metrics some) {
    if (asked == Averaging.STEP) {
      all.add(some);
    } else {
      all.addMeans(some);
    }
  }

  private Part part(List<R> rows, Totals totals) {
    Batch batch = recipe.batch(rows);
    return recipe.part(rows, batch, policy.logProbs(batch, recipe.statistics()), totals);
  }

  private void requireFinite(String what, double value, List<R> rows, long step) {
    if (Double.isFinite(value)) {
      return;
    }
    policy.discardGradient();
    List<R> guilty =
        rows.stream()
            .filter(row -> !Double.isFinite(part(List.of(row), recipe.totals(List.of(row))).loss()))
            .toList();
    throw new PlumblineException(
        "step %d: the %s is %s in %s; mend or remove them, or lower learning_rate or max_grad_norm"
            .formatted(step, what, value, named(guilty.isEmpty() ? rows : guilty)));
  }

  private String named(List<R> rows) {
    String names =
        rows.stream().limit(NAMED_ROWS).map(recipe::id).collect(Collectors.joining(", "));
    int more = rows.size() - NAMED_ROWS;
    return recipe.unit() + " " + names + (more > 0 ? " and " + more + " more" : "");
  }
}
