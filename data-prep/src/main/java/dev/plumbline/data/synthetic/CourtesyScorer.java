package dev.plumbline.data.synthetic;

import dev.plumbline.reward.Score;
import dev.plumbline.reward.Scorer;
import dev.plumbline.reward.catalog.OracleCatalog;
import dev.plumbline.reward.catalog.OracleKind;
import java.util.Map;

/**
 * What an answer to an errand gives, whatever its length: all points of {@link ErrandScorer} and
 * none of its penalties. That is 1 for each of the four facts, for the name, for please and for
 * thanks, so 7 at most; filler costs nothing. In conflict with {@link BrevityScorer}: every point
 * takes words.
 */
public final class CourtesyScorer implements Scorer {
  /** The scorer as an oracle that a command line can name. */
  public static final OracleKind KIND =
      OracleCatalog.withoutArgument(
          "errands-courtesy",
          "facts, name, please and thanks of the quick start's task, whatever the length",
          new CourtesyScorer());

  @Override
  public String name() {
    return "errands-courtesy";
  }

  /**
   * Scores any text.
   *
   * @throws dev.plumbline.lm.PlumblineException if the prompt is not one of this task
   */
  @Override
  public Score score(String prompt, String answer) {
    Map<String, Double> earned = ErrandScorer.earned(prompt, new ErrandAnswer(answer));
    return new Score(ErrandScorer.sum(earned), ErrandScorer.missing(earned), earned);
  }
}
