package dev.plumbline.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrandObjectivesTest {
  private static final String PROMPT =
      "write to Anna: bring three boxes of apples to the station on Friday\n";

  private final CourtesyScorer courtesy = new CourtesyScorer();
  private final BrevityScorer brevity = new BrevityScorer();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | -17 | Hello Anna! Could you please bring three boxes of apples to the station on Friday? Thank you!",
        "7 | -21 | Hello Anna! Time flies these weeks. Could you please bring three boxes of apples to the station on Friday? Thank you!",
        "4 | -10 | Bring three boxes of apples to the station on Friday.",
        "3 | -17 | Hello there! Could you please bring three boxes of pears to the park on Monday? Thank you!",
        "1 | -2  | thank, you",
        "0 | -4  | Hello... Hello!!! hello: hello",
        "0 | 0   | ...",
      })
  void scoresByHand(double polite, double brief, String answer) {
    assertThat(courtesy.score(PROMPT, answer).value()).isEqualTo(polite);
    assertThat(brevity.score(PROMPT, answer).value()).isEqualTo(brief);
  }

  @Test
  void theTruthIsCourtesyLessFiller() {
    for (int seed = 0; seed < 300; seed++) {
      RandomStream random = new RandomStream(seed, "objectives", 0);
      Errand errand = Errand.draw(random, Split.TRAIN);
      String prompt = errand.prompt(random);
      String answer = Reply.draw(random, errand);
      var truth = new ErrandScorer().score(prompt, answer);
      assertThat(courtesy.score(prompt, answer).value())
          .as("seed %d: %s", seed, answer)
          .isEqualTo(truth.value() - truth.parts().get("filler"));
      assertThat(brevity.score(prompt, answer).value())
          .as("seed %d: %s", seed, answer)
          .isEqualTo(-answer.split(" ").length);
    }
  }

  @Test
  void onlyCourtesyNeedsAnErrand() {
    assertThat(brevity.score("anything", "two words").value()).isEqualTo(-2);
    assertThatThrownBy(() -> courtesy.score("anything", "two words"))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("is no errand");
  }
}
