package dev.plumbline.train.health;

import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.train.loop.Recipe;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Some rows whose metrics are compared with those at the start: the same rows each time, so that a
 * change is the policy's and not the data's.
 *
 * @param <R> a row
 */
final class WatchedRows<R> {
  static final int COUNT = 16;

  private static final String CHOSEN = "logps/chosen";
  private static final String MARGINS = "rewards/margins";
  private static final double SLOPE = 0.01;

  private final Recipe<R> recipe;
  private final List<R> rows;
  private final OptionalDouble start;

  /**
   * @param policy as it is before training
   * @param rows of the run; the first ones are watched
   */
  WatchedRows(Recipe<R> recipe, List<R> rows, Policy policy) {
    this.recipe = recipe;
    this.rows = rows.subList(0, Math.min(COUNT, rows.size()));
    this.start = mean(CHOSEN, metrics(policy));
  }

  /** What the alarms measure that the method's metrics allow. */
  Map<Alarm, Double> measure(Policy policy) {
    List<Map<String, Double>> metrics = metrics(policy);
    Map<Alarm, Double> measured = new EnumMap<>(Alarm.class);
    if (start.isPresent() && start.getAsDouble() != 0) {
      double fallen = start.getAsDouble() - mean(CHOSEN, metrics).orElseThrow();
      measured.put(Alarm.DISPLACEMENT, fallen / Math.abs(start.getAsDouble()));
    }
    metrics.stream()
        // Where the reference moves, its log-probs are known within a step only.
        .filter(row -> Double.isFinite(row.getOrDefault(MARGINS, Double.NaN)))
        .mapToDouble(row -> slope(row.get(MARGINS)) < SLOPE ? 1 : 0)
        .average()
        .ifPresent(share -> measured.put(Alarm.SATURATION, share));
    return measured;
  }

  /** Of the logistic loss, at a margin: how much a pair still teaches, from 0 to 1. */
  private static double slope(double margin) {
    return 1 / (1 + Math.exp(margin));
  }

  private List<Map<String, Double>> metrics(Policy policy) {
    return rows.stream().<Map<String, Double>>map(row -> metrics(row, policy)).toList();
  }

  private Map<String, Double> metrics(R row, Policy policy) {
    List<R> one = List.of(row);
    Batch batch = recipe.batch(one);
    return recipe
        .part(one, batch, policy.logProbs(batch, recipe.statistics()), recipe.totals(one))
        .metrics()
        .means();
  }

  private static OptionalDouble mean(String name, List<Map<String, Double>> metrics) {
    return metrics.stream()
        .filter(row -> row.containsKey(name))
        .mapToDouble(row -> row.get(name))
        .average();
  }
}
