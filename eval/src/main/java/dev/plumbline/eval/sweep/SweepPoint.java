package dev.plumbline.eval.sweep;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One setting of a sweep, trained with several seeds.
 *
 * @param name what it is called
 * @param group points of a group belong on one line of a plot; empty for a point that stands alone
 * @param settings what sets it apart, by key, for the report
 * @param seeds what was measured, a seed each; those that failed are missing
 */
public record SweepPoint(
    String name, String group, Map<String, Object> settings, List<SeedScores> seeds) {
  public SweepPoint {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    seeds = List.copyOf(seeds);
  }

  /**
   * What was measured of one training.
   *
   * @param seed of the training
   * @param scores of its policy
   */
  public record SeedScores(long seed, PolicyScores scores) {}

  /**
   * A training or an evaluation that failed.
   *
   * @param point its setting
   * @param seed its seed
   * @param reason in one line
   */
  public record Failure(String point, long seed, String reason) {
    @Override
    public String toString() {
      return "%s, seed %d: %s".formatted(point, seed, reason);
    }
  }
}
