package dev.plumbline.eval.sweep;

import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.eval.stats.Estimate;
import dev.plumbline.lm.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The Pareto front of a sweep.
 *
 * @param dominated per point whether another dominates it, by means over seeds
 * @param reference the scores of the reference: the hypervolume's corner
 * @param hypervolume with its interval over prompts: of all points and the reference, the same
 *     prompts are resampled. The interval covers neither seeds nor the choice of the best points,
 *     and a front of noisy points looks larger than it is
 */
public record FrontSummary(List<Boolean> dominated, List<Double> reference, Estimate hypervolume) {
  /** Resamples of the prompts. */
  private static final int RESAMPLES = 2_000;

  /**
   * Finds the front.
   *
   * @param points each with a seed at least
   * @param reference scores of the reference
   * @param objectives two or more
   */
  public static FrontSummary of(
      List<SweepPoint> points,
      PolicyScores reference,
      List<String> objectives,
      ClusterBootstrap bootstrap) {
    List<double[][]> scores =
        points.stream().map(point -> perPrompt(scores(point), objectives)).toList();
    double[][] base = perPrompt(List.of(reference), objectives);
    int prompts = base[0].length;
    int[] once = IntStream.range(0, prompts).toArray();
    List<double[]> means = scores.stream().map(each -> means(each, once)).toList();
    double[] corner = means(base, once);
    double volume = ParetoFront.hypervolume(means, corner);
    double[] resampled = new double[RESAMPLES];
    RandomStream random = new RandomStream(bootstrap.seed(), "hypervolume", 0);
    for (int i = 0; i < RESAMPLES; i++) {
      int[] drawn = IntStream.generate(() -> random.below(prompts)).limit(prompts).toArray();
      resampled[i] =
          ParetoFront.hypervolume(
              scores.stream().map(each -> means(each, drawn)).toList(), means(base, drawn));
    }
    Arrays.sort(resampled);
    int outside = (int) Math.round((1 - bootstrap.confidence()) / 2 * RESAMPLES);
    // A front takes the best of noisy points, so resamples may all lie above the estimate.
    return new FrontSummary(
        means.stream().map(mean -> ParetoFront.isDominated(mean, means)).toList(),
        Arrays.stream(corner).boxed().toList(),
        new Estimate(
            volume,
            Math.min(volume, resampled[outside]),
            Math.max(volume, resampled[RESAMPLES - 1 - outside]),
            bootstrap.confidence()));
  }

  private static List<PolicyScores> scores(SweepPoint point) {
    return point.seeds().stream().map(SweepPoint.SeedScores::scores).toList();
  }

  /** Per objective and prompt the mean over seeds. */
  private static double[][] perPrompt(List<PolicyScores> seeds, List<String> objectives) {
    List<double[]> rows = new ArrayList<>();
    for (String objective : objectives) {
      int prompts = seeds.get(0).objectives().get(objective).size();
      rows.add(
          IntStream.range(0, prompts)
              .mapToDouble(
                  prompt ->
                      seeds.stream()
                          .mapToDouble(seed -> seed.objectives().get(objective).get(prompt))
                          .average()
                          .orElseThrow())
              .toArray());
    }
    return rows.toArray(double[][]::new);
  }

  private static double[] means(double[][] scores, int[] prompts) {
    return Arrays.stream(scores)
        .mapToDouble(row -> Arrays.stream(prompts).mapToDouble(i -> row[i]).average().orElseThrow())
        .toArray();
  }
}
