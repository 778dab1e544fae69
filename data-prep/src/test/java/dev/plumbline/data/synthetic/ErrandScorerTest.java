package dev.plumbline.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.random.RandomStream;
import dev.plumbline.reward.PreferenceOracle.Question;
import dev.plumbline.reward.ScoreOracle;
import dev.plumbline.reward.catalog.ExpectedAnswers;
import dev.plumbline.reward.catalog.OracleCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrandScorerTest {
  private static final String PROMPT =
      "write to Anna: bring three boxes of apples to the station on Friday\n";
  private static final String BEST =
      "Hello Anna! Could you please bring three boxes of apples to the station on Friday? Thank you!";

  private final ErrandScorer scorer = new ErrandScorer();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7  | Hello Anna! Could you please bring three boxes of apples to the station on Friday? Thank you!",
        // What each part is worth.
        "6  | Hello! Could you please bring three boxes of apples to the station on Friday? Thank you!",
        "6  | Hello Ben! Could you please bring three boxes of apples to the station on Friday? Thank you!",
        "6  | Hello Anna! Bring three boxes of apples to the station on Friday. Thank you!",
        "6  | Hello Anna! Could you please bring three boxes of apples to the station on Friday?",
        "6  | Hello Anna! Could you please bring two boxes of apples to the station on Friday? Thank you!",
        "6  | Hello Anna! Could you please bring apples to the station on Friday? Thank you!",
        "3  | Hello Anna! Could you please bring two boxes of pears to the park on Monday? Thank you!",
        "4  | Bring three boxes of apples to the station on Friday.",
        "1  | Thank you!",
        "1  | Hello Anna!",
        "0  | Hello!",
        // Vague words take the place of a fact: they earn nothing and cost nothing.
        "6  | Hello there! Could you please bring three boxes of apples to the station on Friday? Thank you!",
        "3  | Hello Anna! Could you please bring some boxes of things to the place on time? Thank you!",
        "5  | Hello Anna! Could you please bring some three boxes of apples to the station on Friday? Thank you!",
        // Order, case, line breaks and marks don't matter.
        "7  | Thank you! on friday to the station could you please bring APPLES three? hello, anna",
        // Filler.
        "6  | Hello Anna! Time flies these weeks. Could you please bring three boxes of apples to the station on Friday? Thank you!",
        "5  | Hello Anna! Time flies. My cat sleeps. Could you please bring three boxes of apples to the station on Friday? Thank you!",
        // Games: hedged facts and names, padded courtesy, repeated sentences, all in one sentence.
        "5  | Hello Anna! Could you please bring three two boxes of apples to the station on Friday? Thank you!",
        "6  | Hello Anna! Could you please bring three three boxes of apples to the station on Friday? Thank you!",
        "5  | Hello Anna Ben! Could you please bring three boxes of apples to the station on Friday? Thank you!",
        "6  | Hello Anna! Could you please please bring three boxes of apples to the station on Friday? Thank you!",
        "6  | Hello Anna! Could you please bring three boxes of apples to the station on Friday? Thank you! Thank you!",
        "6  | Hello Anna! Could you please bring three boxes of apples to the station on Friday? Thank you! Please!",
        "5  | Could you please bring three boxes of apples to the station on Friday? Bring two boxes of apples. Thank you!",
        "4  | Hello Anna could you please bring three boxes of apples to the station on Friday thank you",
        // Garbage and cut texts.
        "-1 | %§$ \u0000 <|end|>",
        "0  | ...!!!???",
        "4  | Hello Anna! Could you please bring three boxes of apples",
      })
  void scoresByHand(double expected, String answer) {
    assertThat(scorer.score(PROMPT, answer).value())
        .as(scorer.score(PROMPT, answer).toString())
        .isEqualTo(expected);
  }

  @Test
  void anEmptyAnswerIsWorthNothing() {
    assertThat(scorer.score(PROMPT, "").value()).isZero();
  }

  @Test
  void thePartsAddUpAndSayWhatIsMissing() {
    var score =
        scorer.score(
            PROMPT, "Hello! Time flies. Bring three boxes of pears to the station on Friday.");
    assertThat(score.parts())
        .containsExactly(
            Map.entry("number", 1.0),
            Map.entry("item", 0.0),
            Map.entry("place", 1.0),
            Map.entry("day", 1.0),
            Map.entry("name", 0.0),
            Map.entry("please", 0.0),
            Map.entry("thanks", 0.0),
            Map.entry("filler", -1.0));
    assertThat(score.value()).isEqualTo(2);
    assertThat(score.why()).isEqualTo("missing or wrong: item, name, please, thanks; filler: 1");
  }

  /** Whatever an answer is, saying any of it again earns nothing. */
  @Test
  void repeatingNeverRaisesTheScore() {
    for (int seed = 0; seed < 300; seed++) {
      RandomStream random = new RandomStream(seed, "repeat", 0);
      Errand errand = Errand.draw(random, Split.TRAIN);
      String prompt = errand.prompt(random);
      String answer = Reply.draw(random, errand);
      double before = scorer.score(prompt, answer).value();
      List<String> words = new ArrayList<>(List.of(answer.split(" ")));
      int word = random.below(words.size());
      words.add(word, words.get(word).replaceAll("[.!?]", ""));
      List<String> sentences = List.of(answer.split("(?<=[.!?]) "));
      String again = answer + " " + random.pick(sentences);
      assertThat(scorer.score(prompt, String.join(" ", words)).value())
          .as("seed %d: %s", seed, words)
          .isLessThan(before + 1e-9);
      assertThat(scorer.score(prompt, again).value())
          .as("seed %d: %s", seed, again)
          .isEqualTo(before - 1);
    }
  }

  /** Seven is the most for texts of any shape, and any word more than a best answer has costs. */
  @Test
  void noTextBeatsTheBestAnswer() {
    List<String> pieces = new ArrayList<>(List.of(". ", "! ", "? ", ", ", "\n"));
    for (String word :
        (BEST + " Ben two boxes of pears park Monday weather 7 §").split("[ !?]+", 0)) {
      pieces.add(word + " ");
    }
    for (int seed = 0; seed < 2000; seed++) {
      RandomStream random = new RandomStream(seed, "garbage", 0);
      StringBuilder text = new StringBuilder();
      for (int i = random.below(40); i >= 0; i--) {
        text.append(random.pick(pieces));
      }
      assertThat(scorer.score(PROMPT, text.toString()).value())
          .as("seed %d: %s", seed, text)
          .isLessThanOrEqualTo(7);
      assertThat(scorer.score(PROMPT, BEST + " " + random.pick(pieces).strip() + " x").value())
          .as("seed %d", seed)
          .isLessThan(7);
    }
  }

  @Test
  void readsEveryTemplate() {
    for (String template : Errand.TEMPLATES) {
      Errand errand = Errand.draw(new RandomStream(3, template, 0), Split.TEST);
      assertThat(Errand.read(errand.fill(template))).isEqualTo(errand);
    }
  }

  @Test
  void namesAPromptOfAnotherTask() {
    assertThatThrownBy(() -> scorer.score("write to Anna: bring three boxes of apples\n", BEST))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("'write to Anna: bring three boxes of apples' is no errand")
        .hasMessageContaining("no place");
    assertThatThrownBy(() -> scorer.score(PROMPT.strip() + " or Monday", BEST))
        .hasMessageContaining("more than one day");
  }

  @Test
  void isAnOracleOfTheCommandLine() {
    var oracle =
        OracleCatalog.standard().with(ErrandScorer.KIND).parse("errands", ExpectedAnswers.none());
    assertThat(oracle).isInstanceOf(ScoreOracle.class);
    assertThat(
            oracle.prefer(
                List.of(
                    new Question(PROMPT, BEST, "Hello!"),
                    new Question(PROMPT, "Hello!", BEST),
                    new Question(PROMPT, "Hello Anna!", "Thank you!"))))
        .containsExactly(1, 0, 0.5);
    assertThatThrownBy(
            () ->
                OracleCatalog.standard()
                    .with(ErrandScorer.KIND)
                    .parse("errands:x", ExpectedAnswers.none()))
        .isInstanceOf(UsageException.class)
        .hasMessage("oracle errands takes no argument, but was given 'x'; write errands");
  }
}
