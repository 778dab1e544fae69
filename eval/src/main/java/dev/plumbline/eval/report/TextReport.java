package dev.plumbline.eval.report;

import dev.plumbline.eval.stats.SampleSize;
import dev.plumbline.eval.winrate.LengthClass;
import dev.plumbline.eval.winrate.Side;
import dev.plumbline.eval.winrate.WinRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A comparison as a few lines for the terminal. */
public final class TextReport {
  private TextReport() {}

  /** The result, its interval, lengths, and whatever a reader must know to believe it. */
  public static List<String> lines(WinRate result) {
    List<String> lines = new ArrayList<>();
    lines.add(Report.headline(result));
    lines.add(
        "  %s prompts, %s each, judged by %s; %s interval over prompts only"
            .formatted(
                Texts.count(result.prompts()),
                result.samples() == 1 ? "1 sample" : result.samples() + " samples",
                result.oracle(),
                Texts.confidence(result.rate())));
    lines.add(
        "  won %s, tied %s, lost %s"
            .formatted(
                Texts.percent(result.wins()),
                Texts.percent(result.ties()),
                Texts.percent(1 - result.wins() - result.ties())));
    for (Side side : List.of(result.policy(), result.reference())) {
      lines.add("  " + lengths(side));
    }
    for (LengthClass each : result.lengths()) {
      each.winRate()
          .ifPresent(
              rate ->
                  lines.add(
                      "  %s: %s of %s comparisons"
                          .formatted(
                              each.name(), Texts.interval(rate), Texts.count(each.comparisons()))));
    }
    if (result.orderDisagreement() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  the oracle's two orders differ by %.3f on average; the winner changed in %s",
              result.orderDisagreement(),
              Texts.percent(result.flips())));
    }
    lines.add("  " + needed(result));
    return lines;
  }

  /** A control in a line. */
  public static String line(Control control) {
    return "%s: %s (%s%s)"
        .formatted(
            control.name(),
            Texts.interval(control.winRate()),
            control.expectation().text(),
            control.expectation() == Control.Expectation.NONE
                ? ""
                : control.asExpected() ? ": yes" : ": NO");
  }

  /** How many prompts a closer look would take. */
  static String needed(WinRate result) {
    if (result.prompts() < 2 || !(result.clusters().standardError() > 0)) {
      return "nothing varied between prompts: the interval says only how few prompts there were";
    }
    return String.format(
        Locale.ROOT,
        "for an interval of ±2 points about %s prompts are needed; this one has ±%.1f",
        Texts.count(SampleSize.forHalfWidth(result.clusters(), 0.02, result.rate().confidence())),
        100 * result.rate().halfWidth());
  }

  private static String lengths(Side side) {
    String text =
        "%s: %s%s characters an answer"
            .formatted(
                side.name(),
                side.meanTokens().isPresent() ? Texts.mean(side.meanTokens()) + " tokens, " : "",
                Texts.mean(side.meanCharacters()));
    if (side.finished().isPresent()) {
      text += ", " + Texts.percent(side.finished().getAsDouble()) + " finished";
    }
    return side.empty() == 0 ? text : text + ", " + Texts.count(side.empty()) + " empty";
  }
}
