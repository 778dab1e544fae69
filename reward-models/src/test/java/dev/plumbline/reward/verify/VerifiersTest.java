package dev.plumbline.reward.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.UsageException;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerifiersTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exact    | four apples  | four apples          | 1",
        "exact    | four apples  | '  four \n apples '  | 1",
        "exact    | four apples  | Four apples          | 0",
        "exact    | four apples  | four apples.         | 0",
        "contains | apples       | four apples.         | 1",
        "contains | apples       | four Apples          | 0",
        "regex    | ^[a-z]+$     | apples               | 1",
        "regex    | ^[a-z]+$     | four apples          | 0",
        "regex    | \\bfour\\b   | I have four apples   | 1",
      })
  void checksTexts(String rule, String expected, String answer, double score) {
    assertThat(rule(rule).verify(expected, answer).value()).isEqualTo(score);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "42        | The answer is 42.                | 1",
        "42        | 41 or 42?                        | 1",
        "42        | 42, that is 21 twice             | 0",
        "42        | none                             | 0",
        "42        | 42.0                             | 1",
        "42        | +42 km                           | 1",
        "-42       | it is -42                        | 1",
        "42        | it is -42                        | 0",
        "-42       | it is \u221242                   | 1",
        "3         | 5-3                              | 1",
        "-3        | (5) -3                           | 1",
        "1234567.5 | $1,234,567.50                    | 1",
        "1234      | 1,234                            | 1",
        "34        | 12,34                            | 1",
        "0.5       | .5                               | 1",
        "3         | version 1.2.3                    | 1",
        "1e3       | 1000                             | 1",
        "1.5e-3    | 0.0015                           | 1",
        "100000    | 1e5 metres                       | 1",
        "5         | 1e5                              | 0",
      })
  void findsTheFinalNumber(String expected, String answer, double score) {
    assertThat(rule("number").verify(expected, answer))
        .satisfies(found -> assertThat(found.value()).as(found.why()).isEqualTo(score));
  }

  @Test
  void saysWhy() {
    assertThat(rule("exact").verify("four", "five").why()).isEqualTo("is 'five', expected 'four'");
    assertThat(rule("contains").verify("four", "five").why()).isEqualTo("does not hold 'four'");
    assertThat(rule("regex").verify("a+", "bab").why()).isEqualTo("matches at character 2");
    assertThat(rule("number").verify("42", "1 or 2").why()).isEqualTo("ends in '2', expected '42'");
    assertThat(rule("number").verify("42", "x").why()).isEqualTo("holds no number, expected '42'");
    assertThat(rule("exact").verify("x", "a\nb" + "c".repeat(1000)).why()).hasSizeLessThan(90);
  }

  /**
   * Answers that would keep a careless rule busy for hours. The verdict must say that it gave up.
   */
  @Test
  void hostileAnswersEndInTimeWithAVerdict() {
    String letters = "a".repeat(2_000_000);
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          assertThat(rule("regex").verify("a*a*a*a*a*a*b", "a".repeat(1000)))
              .satisfies(score -> assertThat(score.value()).isZero())
              .satisfies(
                  score ->
                      assertThat(score.why())
                          .isEqualTo("gave up on 'a*a*a*a*a*a*b' after 10,000,000 steps"));
          assertThat(rule("regex").verify("(a|b)*$", letters).why()).contains("nested too deep");
          assertThat(rule("exact").verify("x", letters).value()).isZero();
          assertThat(rule("exact").verify("x", " ".repeat(2_000_000) + "y").value()).isZero();
          assertThat(rule("number").verify("1", "1".repeat(2_000_000)).value()).isZero();
          assertThat(rule("number").verify("1", "1,111".repeat(400_000)).value()).isZero();
          assertThat(rule("number").verify("1", ",111".repeat(400_000) + "1").value()).isZero();
          assertThat(rule("number").verify("1", "1e9999").value()).isZero();
          assertThat(rule("number").verify("1", "-".repeat(2_000_000)).value()).isZero();
        });
  }

  @Test
  void aWrongExpectationIsTheUsersMistake() {
    assertThatThrownBy(() -> rule("regex").verify("(a", "a"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("regular expression '(a': Unclosed group at character");
    assertThatThrownBy(() -> rule("number").verify("many", "1"))
        .isInstanceOf(UsageException.class)
        .hasMessage("'many' is no number; the rule 'number' needs one to compare with");
  }

  private static Verifier rule(String name) {
    return Verifiers.all().stream()
        .filter(rule -> rule.name().equals(name))
        .findAny()
        .orElseThrow();
  }
}
