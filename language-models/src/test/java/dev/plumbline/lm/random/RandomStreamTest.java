package dev.plumbline.lm.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomStreamTest {

  /** Written down once: a change of any number changes every data set and interval ever made. */
  @Test
  void theNumbersNeverChange() {
    RandomStream stream = new RandomStream(17, "test", 3);
    assertThat(List.of(stream.below(1000), stream.below(1000), stream.below(1000)))
        .containsExactly(319, 438, 416);
  }

  @Test
  void seedPurposeAndStepEachMakeAnotherStream() {
    long base = new RandomStream(1, "a", 1).bits();
    assertThat(base)
        .isEqualTo(new RandomStream(1, "a", 1).bits())
        .isNotEqualTo(new RandomStream(2, "a", 1).bits())
        .isNotEqualTo(new RandomStream(1, "b", 1).bits())
        .isNotEqualTo(new RandomStream(1, "a", 2).bits());
  }

  /** First numbers of neighbouring streams: where a weak mixer shows. */
  @Test
  void firstNumbersOfNeighbouringStreamsAreUniformAndUncorrelated() {
    int count = 100_000;
    double sum = 0;
    double product = 0;
    double last = 0;
    for (int step = 0; step < count; step++) {
      double number = new RandomStream(0, "rows", step).uniform();
      sum += number;
      product += (number - 0.5) * (last - 0.5);
      last = number;
    }
    // Standard errors: sqrt(1/12/n) = 0.0009 and 1/12/sqrt(n) = 0.00026.
    assertThat(sum / count).isCloseTo(0.5, within(0.004));
    assertThat(product / count).isCloseTo(0, within(0.0011));
  }

  @Test
  void belowIsUniform() {
    RandomStream stream = new RandomStream(5, "below", 0);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[stream.below(7)]++;
    }
    // Standard error: sqrt(10,000 * 6/7) = 93.
    for (int count : counts) {
      assertThat(count).isBetween(9_600, 10_400);
    }
  }

  @Test
  void shufflingKeepsTheMembers() {
    List<Integer> list = IntStream.range(0, 50).boxed().toList();
    assertThat(new RandomStream(1, "shuffle", 0).shuffled(list))
        .containsExactlyInAnyOrderElementsOf(list)
        .isNotEqualTo(list);
  }
}
