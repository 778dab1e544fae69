package dev.plumbline.eval.sweep;

import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.eval.sweep.SweepPoint.Failure;
import java.util.List;
import java.util.Optional;

/**
 * What a sweep came to.
 *
 * @param reference what every policy was compared with
 * @param oracle who judged
 * @param objectives names of the scores, in their order
 * @param prompts how many were asked
 * @param samples answers a prompt
 * @param seeds of the trainings
 * @param base the reference measured as every policy is, against itself
 * @param points with a seed each at least, in the order of the configuration
 * @param failures what is missing, and why
 * @param bootstrap of the intervals over prompts
 */
public record SweepResult(
    String reference,
    String oracle,
    List<String> objectives,
    int prompts,
    int samples,
    List<Long> seeds,
    PolicyScores base,
    List<SweepPoint> points,
    List<Failure> failures,
    ClusterBootstrap bootstrap) {
  /** Seeds that a claim about a method takes. */
  public static final int ENOUGH_SEEDS = 5;

  public SweepResult {
    objectives = List.copyOf(objectives);
    seeds = List.copyOf(seeds);
    points = List.copyOf(points);
    failures = List.copyOf(failures);
  }

  /** Every point in numbers. */
  public List<PointSummary> summaries() {
    return points.stream().map(point -> PointSummary.of(point, bootstrap)).toList();
  }

  /** The Pareto front, if there are points and objectives enough for one. */
  public Optional<FrontSummary> front() {
    return objectives.size() < 2 || points.isEmpty()
        ? Optional.empty()
        : Optional.of(FrontSummary.of(points, base, objectives, bootstrap));
  }

  /** Whether every point has enough seeds to say that one method beats another. */
  public boolean supportsClaims() {
    return !points.isEmpty()
        && points.stream().allMatch(point -> point.seeds().size() >= ENOUGH_SEEDS);
  }
}
