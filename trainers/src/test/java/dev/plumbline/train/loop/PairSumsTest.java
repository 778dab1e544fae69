package dev.plumbline.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PairSumsTest {

  /** Tokens -1, -2, -4 beside a completion of two: -1 - 2 - 4 / 2. */
  @Test
  void tokensBeyondTheShorterCompletionCountAlpha() {
    PairSums half = new PairSums(0.5);
    double[] tokens = {-1, -2, -4};
    assertThat(half.of(tokens, 2)).isEqualTo(-5);
    assertThat(half.of(tokens, 3)).isEqualTo(-7);
    assertThat(half.of(tokens, 9)).isEqualTo(-7);
    assertThat(half.gradient(3, 3, 2)).containsExactly(3, 3, 1.5);
    assertThat(new PairSums(0).of(tokens, 1)).isEqualTo(-1);
    assertThat(PairSums.PLAIN.of(tokens, 1)).isEqualTo(-7);
  }

  @Test
  void alphaIsAShare() {
    assertThatThrownBy(() -> new PairSums(1.5)).hasMessage("alpha is 1.5; expected 0 to 1");
  }
}
