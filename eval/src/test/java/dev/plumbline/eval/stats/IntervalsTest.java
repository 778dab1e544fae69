package dev.plumbline.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntervalsTest {
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
