package dev.plumbline.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.plumbline.lm.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterBootstrapTest {
  private static final int SIMULATIONS = 2000;
  private static final int SAMPLES = 4;

  private final ClusterBootstrap bootstrap = new ClusterBootstrap(1000, 0.95, 3);

  /**
   * The promise itself: on simulated evaluations, whose prompts differ in difficulty, 95 %
   * intervals hold the true rate. Each prompt's rate is 1/2 apart from the mean by a coin; standard
   * error of the coverage: 0.5 %.
   */
  @ParameterizedTest
  @CsvSource({"30, 0.5, 0.25", "100, 0.5, 0.4", "100, 0.8, 0.2", "400, 0.8, 0.2", "100, 0.5, 0"})
  void ninetyFivePercentOfIntervalsHoldTheTruth(int prompts, double rate, double spread) {
    assertThat(coverage(prompts, rate, spread, true)).isBetween(0.93, 0.97);
  }

  /** Few prompts and a rate near the bound: intervals must then be wide rather than wrong. */
  @ParameterizedTest
  @CsvSource({"2, 0.5, 0.4", "5, 0.8, 0.2", "10, 0.95, 0.05", "20, 0.8, 0.2"})
  void fewPromptsMakeWideIntervals(int prompts, double rate, double spread) {
    assertThat(coverage(prompts, rate, spread, true)).isGreaterThan(0.93);
  }

  /**
   * Twelve even steps: the bootstrap's normal-like means, at Student's width. Plain levels would be
   * 15 % narrower: 1.96 and a variance over n, for 2.20 and one over n - 1.
   */
  @Test
  void fewPromptsGetStudentsWidth() {
    double[] values = IntStream.range(0, 12).mapToDouble(i -> (i + 0.5) / 12).toArray();
    double deviation = Math.sqrt(13.0 / 12 / 12); // (n^2 - 1) / 12 / n^2 * n / (n - 1)
    assertThat(
            new ClusterBootstrap(20_000, 0.95, 1)
                .mean(Clusters.ofShares(keys(12), values))
                .halfWidth())
        .isCloseTo(2.2010 * deviation / Math.sqrt(12), withinPercentage(3));
  }

  /**
   * 5 wins of 100: skewed to the right, so the interval must reach further up than down, as
   * Wilson's [2.2, 11.2] does. Plain percentiles give [1, 10], a wrong sign of the skew [1, 9].
   */
  @Test
  void theIntervalFollowsTheSkew() {
    double[] values = IntStream.range(0, 100).mapToDouble(i -> i < 5 ? 1 : 0).toArray();
    Estimate estimate = ClusterBootstrap.of(3).mean(Clusters.ofShares(keys(100), values));
    assertThat(estimate.low()).isCloseTo(0.02, within(0.0051));
    assertThat(estimate.high()).isCloseTo(0.11, within(0.0051));
  }

  /** What the clusters are for: the same comparisons, taken as independent, promise too much. */
  @Test
  void withoutClustersTheIntervalsAreTooNarrow() {
    assertThat(coverage(100, 0.5, 0.4, false)).isLessThan(0.88);
  }

  private double coverage(int prompts, double rate, double spread, boolean clustered) {
    int held = 0;
    for (int simulation = 0; simulation < SIMULATIONS; simulation++) {
      RandomStream random = new RandomStream(simulation, "simulation", prompts);
      List<String> keys = new ArrayList<>();
      double[] wins = new double[prompts * SAMPLES];
      for (int i = 0; i < wins.length; i += SAMPLES) {
        double own = rate + (random.chance(0.5) ? spread : -spread);
        for (int sample = 0; sample < SAMPLES; sample++) {
          keys.add("prompt " + (clustered ? i : i + sample));
          wins[i + sample] = random.chance(own) ? 1 : 0;
        }
      }
      held += bootstrap.mean(Clusters.ofShares(keys, wins)).holds(rate) ? 1 : 0;
    }
    return (double) held / SIMULATIONS;
  }

  /** The unseen share in figures: nothing varied, so nothing but the count speaks. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 0.025, 1",
    "1, 0.5, 0.0125, 0.9875",
    "10, 1, 0.6915, 1",
    "400, 1, 0.9908, 1",
    "400, 0.5, 0.4954, 0.5046",
    "400, 0, 0, 0.0092",
  })
  void samplesWithoutSpreadAreNotCertain(int prompts, double value, double low, double high) {
    double[] values = new double[prompts];
    Arrays.fill(values, value);
    Estimate estimate = bootstrap.mean(Clusters.ofShares(keys(prompts), values));
    assertThat(estimate.value()).isEqualTo(value);
    assertThat(estimate.low()).isCloseTo(low, within(1e-4));
    assertThat(estimate.high()).isCloseTo(high, within(1e-4));
  }

  /** One prompt that is not alike doesn't make the interval narrower than none. */
  @Test
  void aSingleExceptionDoesNotMakeCertain() {
    double[] values = IntStream.range(0, 100).mapToDouble(i -> i == 0 ? 1 : 0.5).toArray();
    Estimate estimate = bootstrap.mean(Clusters.ofShares(keys(100), values));
    assertThat(estimate.low()).isLessThan(0.4925);
    assertThat(estimate.high()).isGreaterThan(0.52);
  }

  @Test
  void isSymmetricInTheSides() {
    RandomStream random = new RandomStream(1, "symmetric", 0);
    double[] wins = IntStream.range(0, 60).mapToDouble(i -> random.chance(0.8) ? 1 : 0).toArray();
    double[] losses = IntStream.range(0, 60).mapToDouble(i -> 1 - wins[i]).toArray();
    Estimate one = bootstrap.mean(Clusters.ofShares(keys(60), wins));
    Estimate other = bootstrap.mean(Clusters.ofShares(keys(60), losses));
    assertThat(other.value()).isCloseTo(1 - one.value(), within(1e-12));
    assertThat(other.low()).isCloseTo(1 - one.high(), within(1e-9));
    assertThat(other.high()).isCloseTo(1 - one.low(), within(1e-9));
  }

  @Test
  void repeatsBySeed() {
    RandomStream random = new RandomStream(2, "repeat", 0);
    double[] values = IntStream.range(0, 50).mapToDouble(i -> random.uniform()).toArray();
    Clusters clusters = Clusters.ofShares(keys(50), values);
    assertThat(bootstrap.mean(clusters)).isEqualTo(bootstrap.mean(clusters));
    assertThat(new ClusterBootstrap(1000, 0.95, 4).mean(clusters))
        .isNotEqualTo(bootstrap.mean(clusters));
  }

  /** A prompt that came ten times is one cluster; the mean still is over all observations. */
  @Test
  void duplicatesOfAPromptAreOneCluster() {
    List<String> keys = new ArrayList<>(Collections.nCopies(10, "often"));
    keys.addAll(keys(10));
    double[] values = IntStream.range(0, 20).mapToDouble(i -> i < 10 ? 1 : 0).toArray();
    Clusters clusters = Clusters.ofShares(keys, values);
    assertThat(clusters.size()).isEqualTo(11);
    assertThat(clusters.mean()).isEqualTo(0.5);
  }

  /** Equal clusters: the linearised error is the plain one of the prompts' means. */
  @Test
  void standardErrorByHand() {
    Clusters clusters =
        Clusters.ofShares(List.of("a", "a", "b", "b", "c", "c"), new double[] {1, 0, 1, 1, 0, 0});
    // Means 0.5, 1, 0; standard deviation 0.5; over sqrt(3).
    assertThat(clusters.standardError()).isCloseTo(0.5 / Math.sqrt(3), within(1e-12));
  }

  /** Two policies that win the same prompts: the difference is known better than either rate. */
  @Test
  void pairedDifferencesUseThatPromptsAreTheSame() {
    int prompts = 200;
    RandomStream random = new RandomStream(6, "paired", 0);
    double[] first = new double[prompts];
    double[] second = new double[prompts];
    for (int i = 0; i < prompts; i++) {
      first[i] = random.chance(0.5) ? 1 : 0;
      second[i] = random.chance(0.1) ? 0 : first[i];
    }
    Clusters one = Clusters.ofShares(keys(prompts), first);
    Clusters other = Clusters.ofShares(keys(prompts), second);
    Estimate difference = bootstrap.mean(Clusters.differences(one, other));
    assertThat(difference.value()).isCloseTo(one.mean() - other.mean(), within(1e-12));
    assertThat(difference.low()).isPositive();
    assertThat(bootstrap.mean(one).low()).isLessThan(bootstrap.mean(other).high());
    Estimate same = bootstrap.mean(Clusters.differences(one, one));
    assertThat(same.value()).isZero();
    assertThat(same.low()).isNegative();
    assertThat(same.high()).isPositive();
    assertThatThrownBy(() -> Clusters.differences(one, Clusters.ofShares(keys(2), new double[2])))
        .hasMessageContaining("the same prompts");
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatThrownBy(() -> Clusters.ofShares(List.of("a"), new double[] {Double.NaN}))
        .hasMessage("observation 1 is NaN; expected one in [0.0, 1.0]");
    assertThatThrownBy(() -> Clusters.ofShares(List.of(), new double[0]))
        .hasMessageContaining("at least one");
  }

  private static List<String> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> "prompt " + i).toList();
  }
}
