package dev.plumbline.eval.report;

import dev.plumbline.eval.stats.Estimate;
import java.util.List;
import java.util.Locale;

/**
 * Shares with their intervals on one scale from 0 to 100 %, a line at 50 %: a small inline SVG
 * under the text of each row. Places are percentages of the width and sizes are pixels, so that
 * nothing shrinks on a phone.
 *
 * @param rows from top to bottom
 */
record IntervalChart(List<Row> rows) {
  private static final double HEIGHT = 22;
  private static final double MIDDLE = HEIGHT / 2;

  /**
   * A line of the chart.
   *
   * @param name what was compared
   * @param share how it came out
   * @param main whether it is what the report is about
   */
  record Row(String name, Estimate share, boolean main) {}

  void draw(Markup page) {
    page.open("div", "class", "intervals");
    rows.forEach(row -> draw(page, row));
    page.open("svg", "class", "scale", "width", "100%", "height", HEIGHT);
    for (int percent = 0; percent <= 100; percent += 25) {
      String anchor = percent == 0 ? "start" : percent == 100 ? "end" : "middle";
      page.leaf("text", percent + " %", "class", "tick " + anchor, "x", percent + "%", "y", 13.0);
    }
    page.close().close();
  }

  private static void draw(Markup page, Row row) {
    page.open("div", "class", row.main() ? "row main" : "row");
    page.open("div", "class", "label").leaf("span", row.name());
    page.leaf("span", Texts.interval(row.share()), "class", "figure").close();
    page.open(
        "svg",
        "width",
        "100%",
        "height",
        HEIGHT,
        "role",
        "img",
        "aria-label",
        row.name() + ": " + Texts.interval(row.share()));
    for (int percent : new int[] {0, 25, 75, 100}) {
      vertical(page, "grid", percent + "%", MIDDLE);
    }
    page.empty("line", "class", "grid", "x1", "0", "x2", "100%", "y1", MIDDLE, "y2", MIDDLE);
    vertical(page, "even", "50%", MIDDLE);
    String low = percent(row.share().low());
    String high = percent(row.share().high());
    page.empty("line", "class", "bar", "x1", low, "x2", high, "y1", MIDDLE, "y2", MIDDLE);
    vertical(page, "cap", low, 5);
    vertical(page, "cap", high, 5);
    String at = percent(row.share().value());
    page.empty("circle", "class", "point", "cx", at, "cy", MIDDLE, "r", row.main() ? 6.0 : 4.5);
    page.close().close();
  }

  private static void vertical(Markup page, String style, String at, double half) {
    page.empty(
        "line", "class", style, "x1", at, "x2", at, "y1", MIDDLE - half, "y2", MIDDLE + half);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3f%%", 100 * share);
  }
}
