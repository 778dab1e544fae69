package dev.plumbline.eval.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.eval.sweep.SweepPoint.SeedScores;
import dev.plumbline.lm.random.RandomStream;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SummariesTest {
  private static final ClusterBootstrap BOOTSTRAP = new ClusterBootstrap(500, 0.95, 1);

  private static PolicyScores scores(double kl, List<Double> wins, List<Double>... objectives) {
    return new PolicyScores(
        wins,
        Map.of("a", objectives[0], "b", objectives[1]),
        kl,
        0.5,
        1,
        List.of(0.1, 0.2, 0.3),
        10,
        "hash");
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private static SweepPoint point(String name, PolicyScores... seeds) {
    return new SweepPoint(
        name,
        "",
        Map.of(),
        IntStream.range(0, seeds.length).mapToObj(i -> new SeedScores(i, seeds[i])).toList());
  }

  private static List<Double> list(double... values) {
    return DoubleStream.of(values).boxed().toList();
  }

  /** Three seeds at 0.5, 0.6 and 0.7: t with two degrees of freedom is 4.303. */
  @Test
  void severalSeedsGiveStudentsInterval() {
    List<Double> any = list(1, 2);
    PointSummary summary =
        PointSummary.of(
            point(
                "p",
                scores(1, list(0.4, 0.6), list(0, 2), any),
                scores(2, list(0.5, 0.7), list(1, 3), any),
                scores(3, list(0.6, 0.8), list(2, 4), any)),
            BOOTSTRAP);
    assertThat(summary.overSeeds()).isTrue();
    assertThat(summary.winRate().value()).isCloseTo(0.6, within(1e-12));
    assertThat(summary.winRate().halfWidth())
        .isCloseTo(4.302653 * 0.1 / Math.sqrt(3), within(1e-6));
    assertThat(summary.kl().value()).isEqualTo(2);
    assertThat(summary.klError()).isCloseTo(1 / Math.sqrt(3), within(1e-12));
    assertThat(summary.objectives().get("a").value()).isEqualTo(2);
    assertThat(summary.objectives().get("a").halfWidth())
        .isCloseTo(4.302653 / Math.sqrt(3), within(1e-6));
    assertThat(summary.distinct().get(2)).isCloseTo(0.3, within(1e-12));
  }

  @Test
  void aSingleSeedGivesAnIntervalOverPrompts() {
    PointSummary summary =
        PointSummary.of(
            point("p", scores(-0.25, list(0, 1, 1, 0.5), list(0, 2, 4, 6), list(1, 1, 1, 1))),
            BOOTSTRAP);
    assertThat(summary.overSeeds()).isFalse();
    assertThat(summary.winRate().value()).isEqualTo(0.625);
    assertThat(summary.winRate().low()).isLessThan(0.5);
    assertThat(summary.kl().value()).as("shown even when negative").isEqualTo(-0.25);
    assertThat(summary.kl().halfWidth()).isCloseTo(1.959964 * 0.5, within(1e-6));
    assertThat(summary.klError()).isEqualTo(0.5);
    assertThat(summary.objectives().get("a").halfWidth()).isPositive();
    assertThat(summary.objectives().get("b").halfWidth()).isZero();
  }

  @Test
  void theFrontIsOfMeansOverSeeds() {
    List<Double> wins = list(0.5, 0.5);
    PolicyScores base = scores(0, wins, list(0, 2), list(1, 1));
    FrontSummary front =
        FrontSummary.of(
            List.of(
                point("x", scores(1, wins, list(2, 4), list(2, 2))),
                // Means (2, 4): one seed alone would be dominated by no point, nor dominate x.
                point(
                    "y",
                    scores(1, wins, list(1, 1), list(4, 4)),
                    scores(1, wins, list(3, 3), list(4, 4))),
                point("z", scores(1, wins, list(2, 2), list(3, 3)))),
            base,
            List.of("a", "b"),
            BOOTSTRAP);
    assertThat(front.dominated()).containsExactly(false, false, true);
    assertThat(front.reference()).containsExactly(1.0, 1.0);
    // Over (1, 1): x = (3, 2) adds 2 x 1, y = (2, 4) adds 1 x 3, both cover 1 x 1.
    assertThat(front.hypervolume().value()).isEqualTo(4);
    assertThat(front.hypervolume().holds(4)).isTrue();
  }

  /** The interval is one over prompts: a single true point is found in about 95 of 100. */
  @Test
  void theHypervolumesIntervalCoversTheTruthOfASinglePoint() {
    int covered = 0;
    for (int seed = 0; seed < 200; seed++) {
      RandomStream random = new RandomStream(seed, "cover", 0);
      List<List<Double>> drawn =
          Stream.generate(() -> IntStream.range(0, 60).mapToObj(i -> random.uniform() + 1).toList())
              .limit(2)
              .toList();
      List<Double> zeros = IntStream.range(0, 60).mapToObj(i -> 0.0).toList();
      FrontSummary front =
          FrontSummary.of(
              List.of(point("p", scores(0, zeros, drawn.get(0), drawn.get(1)))),
              scores(0, zeros, zeros, zeros),
              List.of("a", "b"),
              BOOTSTRAP);
      covered += front.hypervolume().holds(1.5 * 1.5) ? 1 : 0;
    }
    assertThat(covered).isBetween(180, 199);
  }

  @Test
  void aClaimTakesFiveSeedsOfEveryPoint() {
    PolicyScores any = scores(0, list(0.5), list(1), list(1));
    SweepPoint five = point("five", any, any, any, any, any);
    assertThat(result(five).supportsClaims()).isTrue();
    assertThat(result(five, point("four", any, any, any, any)).supportsClaims()).isFalse();
    assertThat(result().supportsClaims()).isFalse();
    assertThat(result().front()).isEmpty();
  }

  private static SweepResult result(SweepPoint... points) {
    return new SweepResult(
        "start",
        "errands",
        List.of("a", "b"),
        1,
        1,
        List.of(1L),
        scores(0, list(0.5), list(1), list(1)),
        List.of(points),
        List.of(),
        BOOTSTRAP);
  }
}
