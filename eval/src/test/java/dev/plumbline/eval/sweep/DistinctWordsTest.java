package dev.plumbline.eval.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DistinctWordsTest {

  @Test
  void differentGramsOfAllWithinAnswers() {
    List<String> answers = List.of("a b a b", "  a\n b ", "", "c");
    assertThat(DistinctWords.of(answers, 1)).isEqualTo(3.0 / 7);
    assertThat(DistinctWords.of(answers, 2)).isEqualTo(2.0 / 4);
    assertThat(DistinctWords.of(answers, 3)).isEqualTo(2.0 / 2);
    assertThat(DistinctWords.of(answers, 5)).isZero();
    assertThat(DistinctWords.of(List.of("", " "), 1)).isZero();
  }
}
