package dev.plumbline.train.loop;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Means under way: per name a weighted sum and its weight. Adding the metrics of micro-batches
 * gives the metrics of their union, whatever the cut.
 */
public final class Metrics {
  private final SortedMap<String, double[]> sums = new TreeMap<>();

  /**
   * Adds one value with a weight (rows or tokens, whatever the metric averages over). A weight of 0
   * leaves no trace.
   */
  public Metrics add(String name, double value, double weight) {
    if (weight != 0) {
      addSum(name, new double[] {value * weight, weight});
    }
    return this;
  }

  /** Adds several values, each with a weight: those of a completion's tokens. */
  public Metrics addAll(String name, double[] values, double weight) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? this : add(name, sum / values.length, values.length * weight);
  }

  /** Adds all of another's sums. */
  public Metrics add(Metrics other) {
    other.sums.forEach(this::addSum);
    return this;
  }

  /** Adds a sum and its weight, two numbers. */
  void addSum(String name, double[] added) {
    double[] sum = sums.computeIfAbsent(name, any -> new double[2]);
    sum[0] += added[0];
    sum[1] += added[1];
  }

  /** Adds each mean of another as one value of weight 1: TRL's mean of micro-batch means. */
  public Metrics addMeans(Metrics other) {
    other.means().forEach((name, mean) -> add(name, mean, 1));
    return this;
  }

  /** Name to mean, by name. */
  public SortedMap<String, Double> means() {
    SortedMap<String, Double> means = new TreeMap<>();
    for (Map.Entry<String, double[]> entry : sums.entrySet()) {
      means.put(entry.getKey(), entry.getValue()[0] / entry.getValue()[1]);
    }
    return means;
  }

  /** Name to sum and weight: what a checkpoint keeps. */
  Map<String, double[]> sums() {
    return sums;
  }
}
