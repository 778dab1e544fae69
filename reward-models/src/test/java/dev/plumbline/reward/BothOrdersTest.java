package dev.plumbline.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.reward.PreferenceOracle.Question;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BothOrdersTest {
  private static final List<Question> QUESTIONS =
      List.of(new Question("x", "aaa", "b"), new Question("x", "c", "dd"));

  @Test
  void anOracleWithoutOrderAgreesWithItself() {
    BothOrders both = BothOrders.ask(new ScoreOracle(new LengthRule(true)), QUESTIONS);
    assertThat(both.preference(0)).isEqualTo(1);
    assertThat(both.preference(1)).isZero();
    assertThat(both.disagreement(0)).isZero();
    assertThat(both.flipped(0)).isFalse();
  }

  /**
   * An oracle with a taste for the first place: says 0.9 for "aaa" first, and 0.6 for "b" first.
   */
  @Test
  void theMeanOfBothOrdersTakesOutATasteForAPlace() {
    BothOrders both =
        BothOrders.ask(oracle(question -> question.first().equals("aaa") ? 0.9 : 0.6), QUESTIONS);
    assertThat(both.preference(0)).isCloseTo((0.9 + 0.4) / 2, within(1e-12));
    assertThat(both.disagreement(0)).isCloseTo(0.5, within(1e-12));
    assertThat(both.flipped(0)).isTrue();
    assertThat(both.preference(1)).as("0.6 first, 0.6 swapped").isCloseTo(0.5, within(1e-12));
    assertThat(both.flipped(1)).isTrue();
  }

  @Test
  void aTieInOneOrderIsNoFlip() {
    BothOrders both =
        BothOrders.ask(oracle(question -> question.first().equals("aaa") ? 0.5 : 0.1), QUESTIONS);
    assertThat(both.flipped(0)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -1e-9, 1.0000001, Double.POSITIVE_INFINITY})
  void anAnswerThatIsNoProbabilityNamesTheOracle(double answer) {
    assertThatThrownBy(() -> BothOrders.ask(oracle(question -> answer), QUESTIONS))
        .isInstanceOf(PlumblineException.class)
        .hasMessage(
            "oracle strange answered %s to question 1; expected a probability in [0, 1]", answer);
  }

  @Test
  void aWrongCountNamesTheOracle() {
    PreferenceOracle shy =
        new PreferenceOracle() {
          @Override
          public String name() {
            return "shy";
          }

          @Override
          public double[] prefer(List<Question> questions) {
            return new double[questions.size() - 1];
          }
        };
    assertThatThrownBy(() -> BothOrders.ask(shy, QUESTIONS))
        .isInstanceOf(PlumblineException.class)
        .hasMessage("oracle shy gave 1 answers to 2 questions; it must answer each once");
  }

  private static PreferenceOracle oracle(ToDoubleFunction<Question> answer) {
    return new PreferenceOracle() {
      @Override
      public String name() {
        return "strange";
      }

      @Override
      public double[] prefer(List<Question> questions) {
        return questions.stream().mapToDouble(answer).toArray();
      }
    };
  }
}
