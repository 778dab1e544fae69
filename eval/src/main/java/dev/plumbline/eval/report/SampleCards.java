package dev.plumbline.eval.report;

import dev.plumbline.eval.winrate.Answer;
import dev.plumbline.eval.winrate.Comparison;
import dev.plumbline.eval.winrate.WinRate;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.reward.Score;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Answers side by side. Which ones is a rule that nobody can bend: the prompts whose SHA-256 comes
 * first, each with its first comparison.
 *
 * @param result where they come from
 */
record SampleCards(WinRate result) {
  private static final int CARDS = 6;

  void draw(Markup page) {
    page.leaf("h2", "Samples");
    page.leaf(
        "p",
        "Not chosen by hand: the first comparison of the %s prompts whose SHA-256 comes first."
            .formatted(chosen().size()),
        "class",
        "note");
    for (Comparison comparison : chosen()) {
      page.open("article", "class", "card");
      page.leaf("p", comparison.prompt().strip(), "class", "prompt");
      page.open("div", "class", "sides");
      double preference = comparison.preference();
      side(
          page,
          result.policy().name(),
          comparison.answer(),
          comparison.scores().map(Comparison.Scores::answer),
          verdict(comparison, preference));
      side(
          page,
          result.reference().name(),
          comparison.reference(),
          comparison.scores().map(Comparison.Scores::reference),
          verdict(comparison, 1 - preference));
      page.close().close();
    }
  }

  private List<Comparison> chosen() {
    Map<String, Comparison> first = new LinkedHashMap<>();
    result.comparisons().forEach(each -> first.putIfAbsent(each.prompt(), each));
    return first.values().stream()
        .sorted(Comparator.comparing(each -> Hashes.of(each.prompt())))
        .limit(CARDS)
        .toList();
  }

  private static void side(
      Markup page, String name, Answer answer, Optional<Score> score, String verdict) {
    page.open("section", "class", verdict.contains("preferred") ? "side preferred" : "side");
    page.leaf("h4", name + verdict);
    if (answer.text().isBlank()) {
      page.leaf("p", "(empty answer)", "class", "empty");
    } else {
      page.leaf("blockquote", answer.text().strip());
    }
    score.ifPresent(
        earned ->
            page.leaf(
                "p",
                "score %s: %s".formatted(Ticks.label(earned.value()), earned.why()),
                "class",
                "why"));
    page.close();
  }

  /** What stands behind a name: nothing for the side that lost. */
  private static String verdict(Comparison comparison, double preference) {
    if (comparison.tied()) {
      return " · tie";
    }
    if (preference < 0.5) {
      return "";
    }
    return preference == 1
        ? " · preferred"
        : String.format(Locale.ROOT, " · preferred with probability %.2f", preference);
  }
}
