package dev.plumbline.eval.sweep;

import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.eval.stats.Clusters;
import dev.plumbline.eval.stats.Estimate;
import dev.plumbline.eval.stats.Seeds;
import dev.plumbline.eval.sweep.SweepPoint.SeedScores;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * A point in numbers. With two seeds or more, intervals are Student's t over seeds; with one, they
 * cover prompts only.
 *
 * @param point what is summed up; it has a seed at least
 * @param winRate against the reference
 * @param kl from the reference, nats an answer
 * @param klError standard error of the KL: over seeds, or over prompts
 * @param entropy nats a token
 * @param distinct distinct-1, 2, 3
 * @param tokens mean length of an answer
 * @param objectives mean scores by objective
 */
public record PointSummary(
    SweepPoint point,
    Estimate winRate,
    Estimate kl,
    double klError,
    double entropy,
    List<Double> distinct,
    double tokens,
    Map<String, Estimate> objectives) {
  private static final NormalDistribution NORMAL = new NormalDistribution();

  /**
   * Sums up.
   *
   * @param bootstrap of the intervals over prompts; its confidence is that of all intervals
   */
  public static PointSummary of(SweepPoint point, ClusterBootstrap bootstrap) {
    List<SeedScores> seeds = point.seeds();
    PolicyScores first = seeds.get(0).scores();
    Map<String, Estimate> objectives = new LinkedHashMap<>();
    for (String name : first.objectives().keySet()) {
      objectives.put(
          name,
          seeds.size() > 1
              ? overSeeds(seeds, scores -> scores.objective(name), bootstrap)
              : bootstrap.mean(observed(first.objectives().get(name))));
    }
    return new PointSummary(
        point,
        seeds.size() > 1
            ? overSeeds(seeds, PolicyScores::winRate, bootstrap)
            : bootstrap.mean(
                Clusters.ofShares(keys(first.preferences()), array(first.preferences()))),
        kl(seeds, bootstrap),
        klError(seeds),
        mean(seeds, PolicyScores::entropy),
        IntStream.range(0, first.distinct().size())
            .mapToObj(i -> mean(seeds, scores -> scores.distinct().get(i)))
            .toList(),
        mean(seeds, PolicyScores::tokens),
        objectives);
  }

  /** Whether the intervals are over seeds, not over the prompts of a single run. */
  public boolean overSeeds() {
    return point.seeds().size() > 1;
  }

  private static Estimate overSeeds(
      List<SeedScores> seeds, ToDoubleFunction<PolicyScores> value, ClusterBootstrap bootstrap) {
    return Seeds.mean(values(seeds, value), bootstrap.confidence());
  }

  private static Estimate kl(List<SeedScores> seeds, ClusterBootstrap bootstrap) {
    if (seeds.size() > 1) {
      return overSeeds(seeds, PolicyScores::kl, bootstrap);
    }
    PolicyScores only = seeds.get(0).scores();
    double z = NORMAL.inverseCumulativeProbability((1 + bootstrap.confidence()) / 2);
    return new Estimate(
        only.kl(),
        only.kl() - z * only.klError(),
        only.kl() + z * only.klError(),
        bootstrap.confidence());
  }

  private static double klError(List<SeedScores> seeds) {
    return seeds.size() > 1
        ? Seeds.standardError(values(seeds, PolicyScores::kl))
        : seeds.get(0).scores().klError();
  }

  private static double mean(List<SeedScores> seeds, ToDoubleFunction<PolicyScores> value) {
    return seeds.stream().map(SeedScores::scores).mapToDouble(value).average().orElseThrow();
  }

  private static double[] values(List<SeedScores> seeds, ToDoubleFunction<PolicyScores> value) {
    return seeds.stream().map(SeedScores::scores).mapToDouble(value).toArray();
  }

  /** Scores have no known bounds; those that occurred stand in for them. */
  private static Clusters observed(List<Double> values) {
    double[] array = array(values);
    double low = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double high = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    return Clusters.of(keys(values), array, low, high);
  }

  private static List<String> keys(List<Double> values) {
    return IntStream.range(0, values.size()).mapToObj(String::valueOf).toList();
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
