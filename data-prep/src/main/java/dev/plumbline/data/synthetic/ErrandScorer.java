package dev.plumbline.data.synthetic;

import dev.plumbline.reward.Score;
import dev.plumbline.reward.Scorer;
import dev.plumbline.reward.catalog.OracleCatalog;
import dev.plumbline.reward.catalog.OracleKind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The truth of the errands task: what an answer is worth.
 *
 * <p>An answer may hold three useful sentences: a greeting ("Hello Anna!"), a request ("Could you
 * please bring three boxes of apples to the station on Friday?") and thanks ("Thank you!"). It
 * earns
 *
 * <ul>
 *   <li>1 for each fact (number, item, place, day) that the request names, if it names no other of
 *       its kind; a vague word (some, things, place, time) is another,
 *   <li>1 if the greeting names the right person and no other,
 *   <li>1 if the request says please,
 *   <li>1 for thanks,
 *   <li>-1 for each sentence of filler: one that is none of the three, or a second of its sort, or
 *       carries a word that its sort doesn't need, or the same word twice.
 * </ul>
 *
 * <p>So 7 is the most, and only such three sentences reach it, in any order. To repeat a fact, to
 * name several, or to pad with courtesy never raises the score: what is said twice counts once and
 * costs a point. Case and punctuation within a sentence don't matter.
 *
 * @see #KIND
 */
public final class ErrandScorer implements Scorer {
  /** The truth as an oracle that a command line can name. */
  public static final OracleKind KIND =
      OracleCatalog.withoutArgument(
          "errands", "the ground truth of the quick start's task", new ErrandScorer());

  @Override
  public String name() {
    return "errands";
  }

  /**
   * Scores any text.
   *
   * @throws dev.plumbline.lm.PlumblineException if the prompt is not one of this task
   */
  @Override
  public Score score(String prompt, String answer) {
    ErrandAnswer said = new ErrandAnswer(answer);
    Map<String, Double> parts = earned(prompt, said);
    int filler = said.filler();
    String why = missing(parts) + (filler == 0 ? "" : "; filler: " + filler);
    parts.put("filler", 0.0 - filler);
    return new Score(sum(parts), why, parts);
  }

  /** The points that an answer earns, by what for, in the order to show them. */
  static Map<String, Double> earned(String prompt, ErrandAnswer said) {
    Errand errand = Errand.read(prompt);
    Map<String, Double> parts = new LinkedHashMap<>();
    for (Kind fact : Kind.FACTS) {
      parts.put(part(fact), point(said.names(errand, fact)));
    }
    parts.put("name", point(said.names(errand, Kind.NAME)));
    parts.put("please", point(said.saysPlease()));
    parts.put("thanks", point(said.thanks()));
    return parts;
  }

  static double sum(Map<String, Double> parts) {
    return parts.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** What a better answer would have, of what can be earned. */
  static String missing(Map<String, Double> earned) {
    String missing =
        earned.entrySet().stream()
            .filter(part -> part.getValue() == 0)
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    return missing.isEmpty() ? "nothing missing" : "missing or wrong: " + missing;
  }

  /** Whether a part of the score is one of the facts. */
  static boolean isFact(String part) {
    return Kind.FACTS.stream().anyMatch(fact -> part(fact).equals(part));
  }

  private static String part(Kind fact) {
    return fact.name().toLowerCase(Locale.ROOT);
  }

  private static double point(boolean earned) {
    return earned ? 1 : 0;
  }
}
