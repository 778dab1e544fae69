package dev.plumbline.eval.stats;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bounded observations in clusters. Observations of one prompt resemble each other (an easy prompt
 * is won by everybody), so a prompt is the unit that is drawn: its samples, orders and duplicates
 * are not independent evidence.
 */
public final class Clusters {
  private final List<String> keys;
  private final double[] sums;
  private final double[] weights;
  private final double lowest;
  private final double highest;

  private Clusters(
      List<String> keys, double[] sums, double[] weights, double lowest, double highest) {
    this.keys = keys;
    this.sums = sums;
    this.weights = weights;
    this.lowest = lowest;
    this.highest = highest;
  }

  /**
   * Shares: observations in [0, 1], such as preferences.
   *
   * @param keys the cluster of each observation: its prompt
   * @param values the observations, in the same order, at least one
   */
  public static Clusters ofShares(List<String> keys, double[] values) {
    return of(keys, values, 0, 1);
  }

  /**
   * Observations with known bounds.
   *
   * @param lowest what an observation is at least
   * @param highest what it is at most
   */
  public static Clusters of(List<String> keys, double[] values, double lowest, double highest) {
    if (keys.size() != values.length || values.length == 0) {
      throw new IllegalArgumentException(
          "%d observations in %d clusters' names; expected as many, at least one"
              .formatted(values.length, keys.size()));
    }
    Map<String, double[]> clusters = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] >= lowest && values[i] <= highest)) {
        throw new IllegalArgumentException(
            "observation %d is %s; expected one in [%s, %s]"
                .formatted(i + 1, values[i], lowest, highest));
      }
      double[] cluster = clusters.computeIfAbsent(keys.get(i), any -> new double[2]);
      cluster[0] += values[i];
      cluster[1]++;
    }
    return new Clusters(
        List.copyOf(clusters.keySet()),
        clusters.values().stream().mapToDouble(cluster -> cluster[0]).toArray(),
        clusters.values().stream().mapToDouble(cluster -> cluster[1]).toArray(),
        lowest,
        highest);
  }

  /**
   * Two series of shares over the same prompts as one of differences, first minus second, a prompt
   * counting once: what two policies did on a prompt is compared on that prompt.
   *
   * @throws IllegalArgumentException if the prompts are not the same
   */
  public static Clusters differences(Clusters first, Clusters second) {
    if (!first.keys.equals(second.keys)) {
      throw new IllegalArgumentException(
          "a paired comparison needs the same prompts in the same order on both sides");
    }
    double[] values = new double[first.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = first.sums[i] / first.weights[i] - second.sums[i] / second.weights[i];
    }
    return of(first.keys, values, first.lowest - second.highest, first.highest - second.lowest);
  }

  /** The number of clusters. */
  public int size() {
    return sums.length;
  }

  /** The mean over observations. */
  public double mean() {
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += sums[i];
      weight += weights[i];
    }
    return sum / weight;
  }

  /** The mean over observations of a sample that holds each cluster a number of times. */
  double mean(int[] times) {
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += times[i] * sums[i];
      weight += times[i] * weights[i];
    }
    return sum / weight;
  }

  /**
   * Standard error of the mean, by the linearised ratio (Cochran, Sampling Techniques, 6.3); NaN
   * for a single cluster.
   */
  public double standardError() {
    int count = sums.length;
    double mean = mean();
    double squares = 0;
    double weight = 0;
    for (int i = 0; i < count; i++) {
      double residual = sums[i] - mean * weights[i];
      squares += residual * residual;
      weight += weights[i];
    }
    return Math.sqrt(squares * count / (count - 1.0)) / weight;
  }

  double lowest() {
    return lowest;
  }

  double highest() {
    return highest;
  }
}
