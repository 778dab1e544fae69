package dev.plumbline.reward.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.reward.LengthRule;
import dev.plumbline.reward.PreferenceOracle;
import dev.plumbline.reward.PreferenceOracle.Question;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OracleCatalogTest {
  private static final ExpectedAnswers ANSWERS =
      new ExpectedAnswers(Map.of("1 + 1 =", "2", "2 + 2 =", "4"), "sums.jsonl");
  private final OracleCatalog catalog = OracleCatalog.standard();

  @Test
  void comparesWithEachPromptsOwnAnswer() {
    assertThat(
            catalog
                .parse("number", ANSWERS)
                .prefer(
                    List.of(
                        new Question("1 + 1 =", "it is 2", "it is 4"),
                        new Question("2 + 2 =", "it is 2", "it is 4"),
                        new Question("2 + 2 =", "2", "3"))))
        .containsExactly(1, 0, 0.5);
  }

  @Test
  void comparesWithOneTextForAllPrompts() {
    assertThat(
            catalog
                .parse("regex:^a:b", ExpectedAnswers.none())
                .prefer(List.of(new Question("x", "a:b", "b:a"))))
        .containsExactly(1);
  }

  /** Length counts characters, not UTF-16 units: an emoji is one. */
  @Test
  void lengthRules() {
    List<Question> questions =
        List.of(new Question("x", "aa", "b"), new Question("x", "\uD83D\uDE00", "b"));
    assertThat(catalog.parse("longer", ANSWERS).prefer(questions)).containsExactly(1, 0.5);
    assertThat(catalog.parse("shorter", ANSWERS).prefer(questions)).containsExactly(0, 0.5);
    assertThat(catalog.parse("shorter", ANSWERS).name()).isEqualTo("shorter");
  }

  @Test
  void givesTheScorerBehindAnOracle() {
    assertThat(catalog.scorer("shorter", ANSWERS).score("x", "abc").value()).isEqualTo(-3);
    assertThat(catalog.scorer("number", ANSWERS).score("1 + 1 =", "2").value()).isEqualTo(1);
    OracleKind coin =
        new OracleKind(
            "coin",
            "coin",
            "nobody wins",
            (argument, answers) ->
                new PreferenceOracle() {
                  @Override
                  public String name() {
                    return "coin";
                  }

                  @Override
                  public double[] prefer(List<Question> questions) {
                    return questions.stream().mapToDouble(question -> 0.5).toArray();
                  }
                });
    assertThatThrownBy(() -> catalog.with(coin).scorer("coin", ANSWERS))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("oracle 'coin' compares answers and gives none a score");
    assertThatThrownBy(() -> catalog.scorer("erands", ANSWERS)).isInstanceOf(UsageException.class);
  }

  @Test
  void anUnknownNameListsWhatThereIs() {
    assertThatThrownBy(() -> catalog.parse("erands", ANSWERS))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "there is no oracle 'erands'; there are: exact[:EXPECTED], contains[:EXPECTED], "
                + "regex[:EXPECTED], number[:EXPECTED], longer, shorter");
  }

  @Test
  void aWrongArgumentIsToldBeforeAnythingRuns() {
    assertThatThrownBy(() -> catalog.parse("regex:(a", ANSWERS)).isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> catalog.parse("number:many", ANSWERS))
        .isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> catalog.parse("longer:2", ANSWERS)).isInstanceOf(UsageException.class);
  }

  @Test
  void aPromptWithoutExpectedAnswerIsNamed() {
    var oracle = catalog.parse("exact", ANSWERS);
    assertThatThrownBy(() -> oracle.prefer(List.of(new Question("3 + 3 =", "6", "7"))))
        .isInstanceOf(PlumblineException.class)
        .hasMessage(
            "sums.jsonl has no expected answer for the prompt '3 + 3 ='; add it, or name one for all"
                + " prompts as in exact:TEXT");
  }

  @Test
  void twoOfANameAreRefused() {
    assertThatThrownBy(
            () -> catalog.with(OracleCatalog.withoutArgument("longer", "", new LengthRule(true))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
