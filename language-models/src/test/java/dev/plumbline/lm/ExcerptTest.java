package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExcerptTest {

  @Test
  void aShortTextIsKeptInOneLine() {
    assertThat(Excerpt.of("")).isEmpty();
    assertThat(Excerpt.of("one\r\n\ttwo")).isEqualTo("one two");
    assertThat(Excerpt.of("x".repeat(60))).isEqualTo("x".repeat(60));
  }

  @Test
  void aLongTextEndsInAnEllipsis() {
    assertThat(Excerpt.of("x".repeat(61))).isEqualTo("x".repeat(60) + "…");
    assertThat(Excerpt.of("abcdef", 3)).isEqualTo("abc…");
  }

  @Test
  void aSurrogatePairIsNeverTakenApart() {
    assertThat(Excerpt.of("ab\ud83d\ude00c", 3)).isEqualTo("ab\ud83d\ude00…");
    assertThat(Excerpt.of("\ud83d\ude00\ud83d\ude00", 1)).isEqualTo("\ud83d\ude00…");
  }
}
