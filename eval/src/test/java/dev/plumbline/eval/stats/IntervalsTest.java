package dev.plumbline.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalsTest {

  /** Ends from the formula with z = 1.959964. 0 of 10 and 81 of 263 are Newcombe's (1998) cases. */
  @ParameterizedTest
  @CsvSource({
    "0, 10, 0, 0.2775",
    "10, 10, 0.7225, 1",
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "1, 2, 0.0945, 0.9055",
  })
  void wilson(double successes, long trials, double low, double high) {
    Estimate share = Wilson.share(successes, trials, 0.95);
    assertThat(share.low()).isCloseTo(low, within(1e-4));
    assertThat(share.high()).isCloseTo(high, within(1e-4));
  }

  @Test
  void wilsonRefusesNoTrial() {
    assertThatThrownBy(() -> Wilson.share(0, 0, 0.95)).hasMessageContaining("at least one");
  }

  /** Five runs, mean 0.8, deviation 0.0158; t(4) = 2.7764. */
  @Test
  void seeds() {
    Estimate mean = Seeds.mean(new double[] {0.78, 0.79, 0.80, 0.81, 0.82}, 0.95);
    assertThat(mean.value()).isCloseTo(0.8, within(1e-12));
    assertThat(mean.halfWidth()).isCloseTo(2.7764 * 0.0158114 / Math.sqrt(5), within(1e-5));
    assertThatThrownBy(() -> Seeds.mean(new double[] {0.8}, 0.95))
        .hasMessage("1 run; an interval over seeds needs at least 2");
  }

  /** Near 50 % with one sample a prompt: 50/sqrt(n) points, so 2 points need 2,401 prompts. */
  @Test
  void promptsNeeded() {
    double[] wins = IntStream.range(0, 1000).mapToDouble(i -> i % 2).toArray();
    List<String> keys = IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
    Clusters clusters = Clusters.ofShares(keys, wins);
    assertThat(SampleSize.forHalfWidth(clusters, 0.02, 0.95)).isBetween(2401L, 2405L);
    // (1.96 + 0.8416)^2 * 0.25 / 0.05^2
    assertThat(SampleSize.forDifference(clusters, 0.05, 0.95, 0.8)).isBetween(785L, 787L);
  }
}
