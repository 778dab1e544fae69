package dev.plumbline.eval.report;

import dev.plumbline.eval.winrate.LengthClass;
import dev.plumbline.eval.winrate.ScorePart;
import dev.plumbline.eval.winrate.Side;
import dev.plumbline.eval.winrate.WinRate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report as one page that loads nothing: it opens anywhere, and years later. */
final class HtmlReport {
  private final Report report;
  private final WinRate result;
  private final Markup page = new Markup();

  private HtmlReport(Report report) {
    this.report = report;
    this.result = report.result();
  }

  static String of(Report report) {
    return new HtmlReport(report).draw();
  }

  /** Opens a page, up to its body. */
  static void open(Markup page, String title) {
    page.raw("<!DOCTYPE html>\n");
    page.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.leaf("title", title);
    page.open("style").raw(style()).close().close();
    page.open("body");
  }

  /** Closes a page and returns all of it. */
  static String close(Markup page) {
    page.leaf("footer", "Made by Plumbline. This page is whole: it loads nothing from anywhere.");
    return page.close().close().toString();
  }

  private String draw() {
    open(page, report.headline());
    header();
    page.open("main");
    winRate();
    scoreParts();
    lengths();
    curves();
    new SampleCards(result).draw(page);
    explanation();
    origin();
    page.close();
    return close(page);
  }

  private void header() {
    page.open("header").open("div", "class", "brand");
    page.open("svg", "width", "14", "height", "22", "viewBox", "0 0 14 22", "aria-hidden", "true");
    page.empty("path", "d", "M7 0V12", "stroke", "currentColor", "stroke-width", "1.5");
    page.empty("path", "d", "M2 11H12V13L7 22L2 13Z", "fill", "currentColor");
    page.close().leaf("span", "Plumbline evaluation · " + report.title()).close();
    headline();
    page.leaf(
        "p",
        "%s prompts, %s %s each, judged by “%s” in both orders. The interval is a %s confidence interval over prompts."
            .formatted(
                Texts.count(result.prompts()),
                Texts.count(result.samples()),
                result.samples() == 1 ? "comparison" : "comparisons",
                result.oracle(),
                Texts.confidence(result.rate())),
        "class",
        "lead");
    page.close();
  }

  /** The headline with its figures kept together on one line. */
  private void headline() {
    String figures = Texts.interval(result.rate());
    String text = report.headline();
    int at = text.indexOf(figures);
    page.open("h1").text(text.substring(0, at));
    page.leaf("span", figures, "class", "figure");
    page.text(text.substring(at + figures.length())).close();
  }

  private void winRate() {
    page.leaf("h2", report.controls().isEmpty() ? "Win rate" : "Win rate and controls");
    List<IntervalChart.Row> rows = new ArrayList<>();
    rows.add(
        new IntervalChart.Row(
            "%s against %s".formatted(result.policy().name(), result.reference().name()),
            result.rate(),
            true));
    report
        .controls()
        .forEach(
            control -> rows.add(new IntervalChart.Row(control.name(), control.winRate(), false)));
    page.open("div", "class", "card");
    new IntervalChart(rows).draw(page);
    page.close();
    if (!report.controls().isEmpty()) {
      Table controls = new Table(page, "Control", "Win rate", "Expected", "Came out");
      for (Control control : report.controls()) {
        controls.row(
            control.asExpected() ? "" : "missed",
            control.name(),
            Texts.interval(control.winRate()),
            control.expectation().text(),
            control.expectation() == Control.Expectation.NONE
                ? "—"
                : control.asExpected() ? "✓ as expected" : "✗ not as expected");
      }
      controls.end();
    }
    page.leaf(
        "p",
        "Won %s, tied %s, lost %s; a tie counts half. %s"
            .formatted(
                Texts.percent(result.wins()),
                Texts.percent(result.ties()),
                Texts.percent(1 - result.wins() - result.ties()),
                orders()),
        "class",
        "note");
    page.leaf("p", sentence(TextReport.needed(result)), "class", "note");
  }

  private String orders() {
    return result.orderDisagreement() == 0
        ? "The oracle said the same in both orders."
        : String.format(
            Locale.ROOT,
            "The oracle's two orders differed by %.3f on average, and named different winners in %s of comparisons.",
            result.orderDisagreement(),
            Texts.percent(result.flips()));
  }

  private void scoreParts() {
    if (result.parts().isEmpty()) {
      return;
    }
    page.leaf("h2", "What the oracle saw");
    Table table =
        new Table(
            page,
            "Part of the score",
            result.policy().name(),
            result.reference().name(),
            "Difference");
    for (ScorePart part : result.parts()) {
      table.row(
          part.name().equals(ScorePart.TOTAL) ? "total" : "",
          part.name(),
          signed("%.2f", part.policy()),
          signed("%.2f", part.reference()),
          signed("%+.2f", part.policy() - part.reference()));
    }
    table.end();
    page.leaf("p", "Means over all answers.", "class", "note");
  }

  private void lengths() {
    page.leaf("h2", "Lengths");
    List<Side> sides = List.of(result.policy(), result.reference());
    Table table =
        new Table(page, "Answers of", "Tokens", "Characters", "Finished", "Empty", "Distinct");
    for (Side side : sides) {
      table.row(
          "",
          side.name(),
          Texts.mean(side.meanTokens()),
          Texts.mean(side.meanCharacters()),
          side.finished().isPresent() ? Texts.percent(side.finished().getAsDouble()) : "unknown",
          Texts.count(side.empty()),
          Texts.percent(side.distinct()));
    }
    table.end();
    page.leaf("h3", "Win rate by length");
    Table classes = new Table(page, "In characters", "Comparisons", "Win rate");
    for (LengthClass each : result.lengths()) {
      classes.row(
          "",
          each.name(),
          Texts.count(each.comparisons()),
          each.winRate().map(Texts::interval).orElse("none"));
    }
    classes.end();
    page.leaf(
        "p",
        "A policy that wins only where its answers are longer may have learnt length, not quality.",
        "class",
        "note");
  }

  private void curves() {
    if (report.curves().isEmpty()) {
      return;
    }
    page.leaf("h2", "Training");
    for (Curves run : report.curves()) {
      page.leaf("h3", run.name()).open("div", "class", "charts");
      for (LineChart chart : run.charts()) {
        page.open("figure").open("figcaption").leaf("strong", chart.title());
        for (int i = 0; i < chart.series().size(); i++) {
          page.leaf("span", chart.series().get(i).name(), "class", "legend s" + i);
        }
        page.close().add(chart.draw()).close();
      }
      page.close();
    }
  }

  private void explanation() {
    page.open("details").leaf("summary", "How to read these numbers").open("dl");
    term(
        "Win rate",
        "Mean probability, over all comparisons, that the policy's answer is better than the reference's. Both answers are drawn afresh for every comparison; a tie counts half; 50 % means no difference.");
    term(
        "[low, high]",
        "A %s confidence interval: bootstrap over whole prompts, bias-corrected and accelerated, widened for few prompts. Answers to one prompt resemble each other, so prompts are resampled, not answers. It covers the choice of prompts and the sampling of answers. It does not cover the chance in training: another seed trains another model. Claims about a method need several seeds."
            .formatted(Texts.confidence(result.rate())));
    term(
        "Controls",
        "Comparisons whose outcome is known beforehand, or that a simpler method gives. If one is not as expected, doubt the main result first.");
    page.close().close();
  }

  private void term(String term, String meaning) {
    page.leaf("dt", term).leaf("dd", meaning);
  }

  private void origin() {
    page.open("details").leaf("summary", "Configuration and hashes");
    entries("Setting", report.config());
    entries("SHA-256 of", report.hashes());
    page.close();
  }

  private void entries(String head, Map<String, String> entries) {
    if (entries.isEmpty()) {
      return;
    }
    page.open("div", "class", "scroll").open("table").open("thead").open("tr");
    page.leaf("th", head, "scope", "col").leaf("th", "Value", "scope", "col");
    page.close().close().open("tbody");
    entries.forEach(
        (name, value) ->
            page.open("tr")
                .leaf("th", name, "scope", "row")
                .leaf("td", value, "class", "value")
                .close());
    page.close().close().close();
  }

  private static String signed(String format, double value) {
    return String.format(Locale.ROOT, format, value).replace('-', '−');
  }

  private static String sentence(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }

  private static String style() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
