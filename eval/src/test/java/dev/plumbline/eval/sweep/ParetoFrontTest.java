package dev.plumbline.eval.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
  private static final int TRIES = 200;

  private static List<double[]> random(RandomStream random, int count, int objectives) {
    return IntStream.range(0, count)
        .mapToObj(i -> IntStream.range(0, objectives).mapToDouble(k -> random.uniform()).toArray())
        .toList();
  }

  private static double volume(List<double[]> points) {
    return ParetoFront.hypervolume(points, new double[points.get(0).length]);
  }

  @Test
  void handMadeFronts() {
    double[] corner = {0, 0};
    List<double[]> stairs = List.of(new double[] {1, 3}, new double[] {2, 2}, new double[] {3, 1});
    assertThat(ParetoFront.hypervolume(stairs, corner)).isEqualTo(6);
    assertThat(ParetoFront.hypervolume(stairs, new double[] {1, 1})).isEqualTo(1);
    assertThat(ParetoFront.hypervolume(stairs, new double[] {-1, 0})).isEqualTo(9);
    assertThat(ParetoFront.hypervolume(List.of(), corner)).isZero();
    assertThat(ParetoFront.hypervolume(List.of(new double[] {-1, 9}), corner))
        .as("a point that is worse somewhere than the reference adds nothing")
        .isZero();
    assertThat(
            ParetoFront.hypervolume(List.of(new double[] {2}, new double[] {5}), new double[] {1}))
        .isEqualTo(4);
    List<double[]> cubes = List.of(new double[] {2, 2, 1}, new double[] {1, 1, 2});
    assertThat(ParetoFront.hypervolume(cubes, new double[3])).isEqualTo(5);
    List<double[]> equalHeights =
        List.of(new double[] {2, 1, 1}, new double[] {1, 2, 1}, new double[] {1, 1, 2});
    assertThat(ParetoFront.hypervolume(equalHeights, new double[3])).isEqualTo(4);
    assertThat(ParetoFront.hypervolume(List.of(new double[] {2, 3, 4, 5}), new double[4]))
        .isEqualTo(120);
  }

  @Test
  void dominance() {
    double[] one = {1, 2};
    assertThat(ParetoFront.dominates(new double[] {1, 3}, one)).isTrue();
    assertThat(ParetoFront.dominates(one, one)).as("equal points do not").isFalse();
    assertThat(ParetoFront.dominates(new double[] {2, 1}, one)).isFalse();
    assertThat(ParetoFront.dominates(new double[] {Double.NaN, 3}, one)).isFalse();
    List<double[]> points = List.of(one, new double[] {1, 3}, new double[] {2, 1}, one.clone());
    assertThat(points.stream().map(point -> ParetoFront.isDominated(point, points)))
        .containsExactly(true, false, false, true);
  }

  @Test
  void orderDoesNotMatter() {
    for (int seed = 0; seed < TRIES; seed++) {
      RandomStream random = new RandomStream(seed, "order", 0);
      List<double[]> points = random(random, 1 + random.below(7), 1 + random.below(4));
      assertThat(volume(random.shuffled(points)))
          .as("seed %d", seed)
          .isCloseTo(volume(points), within(1e-12));
    }
  }

  @Test
  void objectivesMayBeSwapped() {
    for (int seed = 0; seed < TRIES; seed++) {
      RandomStream random = new RandomStream(seed, "swap", 0);
      int objectives = 2 + random.below(3);
      List<double[]> points = random(random, 1 + random.below(7), objectives);
      int[] order = random.permutation(objectives);
      List<double[]> swapped =
          points.stream()
              .map(point -> Arrays.stream(order).mapToDouble(k -> point[k]).toArray())
              .toList();
      assertThat(volume(swapped)).as("seed %d", seed).isCloseTo(volume(points), within(1e-12));
    }
  }

  @Test
  void aDominatedPointAddsNothingAndAnotherAdds() {
    for (int seed = 0; seed < TRIES; seed++) {
      RandomStream random = new RandomStream(seed, "dominated", 0);
      int objectives = 1 + random.below(4);
      List<double[]> points = random(random, 1 + random.below(7), objectives);
      double[] below = random.pick(points).clone();
      below[random.below(objectives)] *= random.uniform();
      assertThat(volume(with(points, below)))
          .as("seed %d", seed)
          .isCloseTo(volume(points), within(1e-12));
      double[] above = random.pick(points).clone();
      above[random.below(objectives)] = 1.1;
      assertThat(volume(with(points, above))).as("seed %d", seed).isGreaterThan(volume(points));
    }
  }

  /** The share of a thousand throws that a point dominates. */
  @Test
  void agreesWithMonteCarlo() {
    int throwsEach = 20_000;
    for (int seed = 0; seed < 20; seed++) {
      RandomStream random = new RandomStream(seed, "monte carlo", 0);
      int objectives = 1 + random.below(5);
      List<double[]> points = random(random, 1 + random.below(8), objectives);
      double inside =
          random(random, throwsEach, objectives).stream()
              .filter(
                  thrown -> points.stream().anyMatch(point -> ParetoFront.dominates(point, thrown)))
              .count();
      double expected = volume(points);
      double error = Math.sqrt(expected * (1 - expected) / throwsEach);
      assertThat(inside / throwsEach)
          .as("seed %d, %d objectives", seed, objectives)
          .isCloseTo(expected, within(4.5 * error));
    }
  }

  private static List<double[]> with(List<double[]> points, double[] more) {
    List<double[]> all = new ArrayList<>(points);
    all.add(more);
    return all;
  }
}
