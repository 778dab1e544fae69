package dev.plumbline.eval.report;

import dev.plumbline.eval.stats.Estimate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Shares with their intervals on one scale from 0 to 100 %, a line at 50 %, as inline SVG. Places
 * are percentages of the width and sizes are pixels, so that text keeps its size on a phone.
 *
 * @param rows from top to bottom
 */
record IntervalChart(List<Row> rows) {
  private static final double ROW = 46;
  private static final double TOP = 4;
  private static final double AXIS = 26;

  /**
   * A line of the chart.
   *
   * @param name what was compared
   * @param share how it came out
   * @param main whether it is what the report is about
   */
  record Row(String name, Estimate share, boolean main) {}

  Markup draw() {
    double bottom = TOP + ROW * rows.size();
    Markup svg = new Markup();
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "width",
        "100%",
        "height",
        bottom + AXIS,
        "class",
        "intervals",
        "role",
        "img",
        "aria-label",
        rows.stream()
            .map(row -> row.name() + ": " + Texts.interval(row.share()))
            .collect(Collectors.joining("; ")));
    for (int percent = 0; percent <= 100; percent += 25) {
      String at = percent + "%";
      svg.empty(
          "line",
          "class",
          percent == 50 ? "even" : "grid",
          "x1",
          at,
          "x2",
          at,
          "y1",
          percent == 50 ? 0.0 : TOP,
          "y2",
          bottom);
      String anchor = percent == 0 ? "start" : percent == 100 ? "end" : "middle";
      svg.leaf("text", percent + " %", "class", "tick " + anchor, "x", at, "y", bottom + 18);
    }
    for (int i = 0; i < rows.size(); i++) {
      draw(svg, rows.get(i), TOP + ROW * i);
    }
    return svg.close();
  }

  private static void draw(Markup svg, Row row, double top) {
    double middle = top + 32;
    String kind = row.main() ? "main" : "control";
    svg.leaf("text", row.name(), "class", "label " + kind, "x", "0", "y", top + 16);
    svg.leaf(
        "text",
        Texts.interval(row.share()),
        "class",
        "label end " + kind,
        "x",
        "100%",
        "y",
        top + 16);
    String low = percent(row.share().low());
    String high = percent(row.share().high());
    svg.empty("line", "class", "track", "x1", "0", "x2", "100%", "y1", middle, "y2", middle);
    svg.empty("line", "class", "bar " + kind, "x1", low, "x2", high, "y1", middle, "y2", middle);
    for (String end : List.of(low, high)) {
      svg.empty(
          "line", "class", "cap " + kind, "x1", end, "x2", end, "y1", middle - 5, "y2", middle + 5);
    }
    svg.empty(
        "circle",
        "class",
        "point " + kind,
        "cx",
        percent(row.share().value()),
        "cy",
        middle,
        "r",
        row.main() ? 6.0 : 4.5);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3f%%", 100 * share);
  }
}
