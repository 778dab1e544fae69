package dev.plumbline.eval.winrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.random.RandomStream;
import dev.plumbline.reward.LengthRule;
import dev.plumbline.reward.PreferenceOracle;
import dev.plumbline.reward.Score;
import dev.plumbline.reward.ScoreOracle;
import dev.plumbline.reward.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WinRateTest {
  private static final PreferenceOracle LONGER = new ScoreOracle(new LengthRule(true));

  /** Writes a number of letters that a stream of (seed, prompt, sample) decides. */
  private record Writer(String name, int most) implements Contestant {
    @Override
    public List<List<Answer>> answer(List<String> prompts, int samples, long seed) {
      List<List<Answer>> answers = new ArrayList<>();
      for (String prompt : prompts) {
        List<Answer> drawn = new ArrayList<>();
        for (int sample = 0; sample < samples; sample++) {
          int length = new RandomStream(seed, prompt, sample).below(most);
          drawn.add(
              new Answer(
                  "a".repeat(length),
                  length + 1,
                  length == 9 ? Answer.End.CUT : Answer.End.FINISHED));
        }
        answers.add(drawn);
      }
      return answers;
    }
  }

  /** Six comparisons by hand. */
  @Test
  void countsByHand() {
    WinRate result =
        judge(
            List.of("x", "y", "z"),
            List.of(List.of("aa", "a"), List.of("aaaa", ""), List.of("b", "bbb")),
            List.of(List.of("b", "b"), List.of("b", "bb"), List.of("bb", "bb")),
            LONGER);
    assertThat(result.rate().value())
        .as("wins 3, ties 1, losses 2")
        .isCloseTo(3.5 / 6, within(1e-12));
    assertThat(result.wins()).isEqualTo(3.0 / 6);
    assertThat(result.ties()).isEqualTo(1.0 / 6);
    assertThat(result.prompts()).isEqualTo(3);
    assertThat(result.samples()).isEqualTo(2);
    assertThat(result.orderDisagreement()).isZero();
    assertThat(result.policy().meanCharacters()).isEqualTo(11.0 / 6);
    assertThat(result.policy().empty()).isEqualTo(1);
    assertThat(result.policy().distinct()).isEqualTo(1);
    assertThat(result.reference().distinct()).isEqualTo(2.0 / 6);
    assertThat(result.policy().meanTokens()).as("nobody counted").isEmpty();
    assertThat(result.policy().finished()).as("nobody knows").isEmpty();
    assertThat(result.lengths()).extracting(LengthClass::comparisons).containsExactly(2, 1, 3);
    assertThat(result.lengths().get(1).winRate().orElseThrow().value()).isEqualTo(0.5);
    assertThat(result.lengths().get(2).winRate().orElseThrow().value()).isEqualTo(1);
    assertThat(result.clusters().size()).isEqualTo(3);
  }

  /** An oracle that always likes the first answer better: 50 %, and the disagreement tells why. */
  @Test
  void anOracleWithATasteForThePlaceDecidesNothing() {
    WinRate result =
        judge(
            List.of("x", "y"),
            List.of(List.of("a"), List.of("a")),
            List.of(List.of("b"), List.of("b")),
            oracle("first", 0.9));
    assertThat(result.rate().value()).isCloseTo(0.5, within(1e-12));
    assertThat(result.ties()).isEqualTo(1);
    assertThat(result.orderDisagreement()).isCloseTo(0.8, within(1e-12));
    assertThat(result.flips()).isEqualTo(1);
  }

  /**
   * One policy on both sides: fresh answers, so no tie by construction, and 50 % in the interval.
   */
  @Test
  void aPolicyAgainstItselfIsEven() {
    List<String> prompts = IntStream.range(0, 300).mapToObj(i -> "prompt " + i).toList();
    Writer writer = new Writer("writer", 10);
    WinRate result = WinRate.run(writer, writer, prompts, LONGER, WinRate.Options.of(4, 17));
    assertThat(result.rate().holds(0.5)).as(result.rate().toString()).isTrue();
    assertThat(result.rate().halfWidth()).isBetween(0.02, 0.04);
    assertThat(result.ties()).isLessThan(0.2);
    assertThat(result.policy().meanTokens().orElseThrow())
        .isCloseTo(result.policy().meanCharacters() + 1, within(1e-9));
    assertThat(result.policy().finished().orElseThrow()).isCloseTo(0.9, within(0.03));
    assertThat(WinRate.run(writer, writer, prompts, LONGER, WinRate.Options.of(4, 17)))
        .isEqualTo(result);
  }

  @Test
  void identicalAnswersTieButProveNothing() {
    List<String> prompts = List.of("x", "y", "z");
    List<List<String>> answers = List.of(List.of("a"), List.of("bb"), List.of(""));
    WinRate result = judge(prompts, answers, answers, LONGER);
    assertThat(result.rate().value()).isEqualTo(0.5);
    assertThat(result.rate().low()).isLessThan(0.2);
    assertThat(result.rate().high()).isGreaterThan(0.8);
  }

  /** Best of n by the judging oracle beats the one it draws from: n/(n+1) without ties. */
  @Test
  void bestOfSeveralWinsByChoosing() {
    List<String> prompts = IntStream.range(0, 400).mapToObj(i -> "prompt " + i).toList();
    Writer writer = new Writer("writer", 100_000);
    WinRate result =
        WinRate.run(
            new BestOf(writer, 3, LONGER), writer, prompts, LONGER, WinRate.Options.of(2, 5));
    assertThat(result.policy().name()).isEqualTo("best of 3 from writer");
    assertThat(result.rate().value()).isCloseTo(0.75, within(0.05));
    assertThat(result.rate().holds(0.75)).isTrue();
  }

  @Test
  void sumsUpThePartsOfAScore() {
    Scorer scorer =
        new Scorer() {
          @Override
          public String name() {
            return "letters";
          }

          @Override
          public Score score(String prompt, String answer) {
            double a = answer.chars().filter(letter -> letter == 'a').count();
            double b = -answer.chars().filter(letter -> letter == 'b').count();
            return new Score(a + b, "counted", Map.of("a", a));
          }
        };
    WinRate result =
        judge(
            List.of("x", "y"),
            List.of(List.of("aab"), List.of("a")),
            List.of(List.of("b"), List.of("")),
            new ScoreOracle(scorer));
    assertThat(result.parts())
        .containsExactly(new ScorePart("a", 1.5, 0), new ScorePart("score", 1, -0.5));
    assertThat(result.comparisons().get(0).scores().orElseThrow().reference().value())
        .isEqualTo(-1);
  }

  @Test
  void remembersAnswersBySeed() {
    int[] asked = new int[1];
    Contestant counting =
        new Contestant() {
          @Override
          public String name() {
            return "counting";
          }

          @Override
          public List<List<Answer>> answer(List<String> prompts, int samples, long seed) {
            asked[0]++;
            return new Writer("writer", 10).answer(prompts, samples, seed);
          }
        };
    Remembering remembering = new Remembering(counting);
    List<List<Answer>> first = remembering.answer(List.of("x"), 2, 1);
    assertThat(remembering.answer(List.of("x"), 2, 1)).isSameAs(first);
    remembering.answer(List.of("x"), 2, 2);
    remembering.answer(List.of("y"), 2, 1);
    assertThat(asked[0]).isEqualTo(3);
  }

  @Test
  void anOracleThatGivesNoProbabilityIsNamed() {
    assertThatThrownBy(
            () ->
                judge(
                    List.of("x"), List.of(List.of("a")), List.of(List.of("b")), oracle("odd", 1.5)))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("oracle odd answered 1.5");
  }

  private static PreferenceOracle oracle(String name, double answer) {
    return new PreferenceOracle() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public double[] prefer(List<Question> questions) {
        return questions.stream().mapToDouble(question -> answer).toArray();
      }
    };
  }

  private static WinRate judge(
      List<String> prompts,
      List<List<String>> answers,
      List<List<String>> references,
      PreferenceOracle oracle) {
    return WinRate.judge(
        "policy",
        "reference",
        prompts,
        answers.stream().map(texts -> texts.stream().map(Answer::of).toList()).toList(),
        references.stream().map(texts -> texts.stream().map(Answer::of).toList()).toList(),
        oracle,
        new ClusterBootstrap(1000, 0.95, 1));
  }
}
