package dev.plumbline.lm.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NoiseTest {
  /** Texts can be drawn again only while these numbers stay as they are. */
  @Test
  void theNumbersAreFixed() {
    long hash = Noise.hash(new int[] {1, 2, 3});
    assertThat(hash).isEqualTo(-6452075343096468286L);
    assertThat(Noise.uniform(7, hash, 0, 0)).isEqualTo(0.984953597709341);
    assertThat(Noise.uniform(7, hash, 4, 250)).isEqualTo(0.5088895635532601);
    assertThat(Noise.uniform(-1, hash, 0, 0)).isEqualTo(0.5419293632075036);
  }

  @Test
  void everyCoordinateCounts() {
    Set<Double> seen = new HashSet<>();
    for (long seed = -2; seed < 3; seed++) {
      for (int prompt = 0; prompt < 5; prompt++) {
        for (int sample = 0; sample < 5; sample++) {
          for (int position = 0; position < 5; position++) {
            seen.add(Noise.uniform(seed, Noise.hash(new int[] {prompt}), sample, position));
          }
        }
      }
    }
    assertThat(seen).hasSize(625);
    assertThat(Noise.hash(new int[] {0})).isNotEqualTo(Noise.hash(new int[] {0, 0}));
    assertThat(Noise.hash(new int[] {1, 2})).isNotEqualTo(Noise.hash(new int[] {2, 1}));
  }

  /** Mean, and correlation between neighbours along each coordinate, within five deviations. */
  @Test
  void neighboursAreIndependentAndUniform() {
    int n = 40_000;
    long hash = Noise.hash(new int[] {9, 9});
    double[][] series = new double[4][n];
    for (int i = 0; i < n; i++) {
      series[0][i] = Noise.uniform(i, hash, 0, 0);
      series[1][i] = Noise.uniform(1, Noise.hash(new int[] {9, i}), 0, 0);
      series[2][i] = Noise.uniform(1, hash, i, 0);
      series[3][i] = Noise.uniform(1, hash, 0, i);
    }
    for (double[] line : series) {
      double mean = 0;
      double lag = 0;
      for (int i = 0; i < n; i++) {
        assertThat(line[i]).isBetween(0.0, Math.nextDown(1.0));
        mean += line[i] / n;
        lag += (line[i] - 0.5) * (line[(i + 1) % n] - 0.5) * 12 / n;
      }
      assertThat(Math.abs(mean - 0.5)).isLessThan(5 * Math.sqrt(1.0 / 12 / n));
      assertThat(Math.abs(lag)).isLessThan(5 / Math.sqrt(n));
    }
  }
}
