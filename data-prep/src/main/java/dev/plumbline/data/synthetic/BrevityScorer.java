package dev.plumbline.data.synthetic;

import dev.plumbline.reward.Score;
import dev.plumbline.reward.Scorer;
import dev.plumbline.reward.catalog.OracleCatalog;
import dev.plumbline.reward.catalog.OracleKind;

/**
 * Minus the number of words of an answer, and nothing else: an empty answer is the best. Words are
 * what stands between white space and the marks . , : ; ! ? of a text. In conflict with {@link
 * CourtesyScorer}.
 */
public final class BrevityScorer implements Scorer {
  /** The scorer as an oracle that a command line can name. */
  public static final OracleKind KIND =
      OracleCatalog.withoutArgument(
          "errands-brevity", "minus the number of words", new BrevityScorer());

  @Override
  public String name() {
    return "errands-brevity";
  }

  @Override
  public Score score(String prompt, String answer) {
    int words = new ErrandAnswer(answer).words();
    return Score.of(0.0 - words, words + " words");
  }
}
