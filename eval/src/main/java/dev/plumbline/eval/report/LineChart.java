package dev.plumbline.eval.report;

import dev.plumbline.eval.report.Series.Point;
import java.util.List;
import java.util.Locale;

/**
 * A small line chart as inline SVG. Colours come from the page's style sheet by the class names
 * {@code s0, s1, ...}, so that one chart fits light and dark.
 *
 * @param title what is measured, with its unit
 * @param xTitle what runs to the right
 * @param series at least one point among them
 */
record LineChart(String title, String xTitle, List<Series> series) {
  private static final double WIDTH = 420;
  private static final double HEIGHT = 216;
  private static final double LEFT = 50;
  private static final double RIGHT = WIDTH - 16;
  private static final double TOP = 10;
  private static final double BOTTOM = HEIGHT - 36;
  private static final int MOST_POINTS = 400;

  Markup draw() {
    Range x =
        Range.of(series.stream().flatMap(each -> each.points().stream()).map(Point::x).toList(), 0);
    Range y =
        Range.of(
            series.stream().flatMap(each -> each.points().stream()).map(Point::y).toList(), 0.06);
    Markup svg = new Markup();
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + (int) WIDTH + " " + (int) HEIGHT,
        "class",
        "chart",
        "role",
        "img",
        "aria-label",
        description());
    for (double tick : Ticks.in(y.low, y.high, 4)) {
      double at = y.place(tick, BOTTOM, TOP);
      svg.empty("line", "class", "grid", "x1", LEFT, "x2", RIGHT, "y1", at, "y2", at);
      svg.leaf("text", Ticks.label(tick), "class", "tick end", "x", LEFT - 6, "y", at + 4);
    }
    for (double tick : Ticks.in(x.low, x.high, 5)) {
      double at = x.place(tick, LEFT, RIGHT);
      svg.leaf("text", Ticks.label(tick), "class", "tick middle", "x", at, "y", BOTTOM + 16);
    }
    svg.empty("line", "class", "axis", "x1", LEFT, "x2", RIGHT, "y1", BOTTOM, "y2", BOTTOM);
    svg.leaf("text", xTitle, "class", "tick end", "x", RIGHT, "y", HEIGHT - 4);
    for (int i = 0; i < series.size(); i++) {
      draw(svg, series.get(i).thinned(MOST_POINTS), i, x, y);
    }
    return svg.close();
  }

  private static void draw(Markup svg, Series series, int number, Range x, Range y) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (Point point : series.points()) {
      if (Double.isFinite(point.y())) {
        path.append(
            String.format(
                Locale.ROOT,
                "%s%.1f %.1f",
                pen ? "L" : "M",
                x.place(point.x(), LEFT, RIGHT),
                y.place(point.y(), BOTTOM, TOP)));
      }
      pen = Double.isFinite(point.y());
    }
    svg.empty("path", "class", "line s" + number, "d", path);
    if (series.marked()) {
      for (Point point : series.points()) {
        if (Double.isFinite(point.y())) {
          svg.empty(
              "circle",
              "class",
              "dot s" + number,
              "cx",
              x.place(point.x(), LEFT, RIGHT),
              "cy",
              y.place(point.y(), BOTTOM, TOP),
              "r",
              3.0);
        }
      }
    }
  }

  /** What somebody who doesn't see the chart is told: where each curve starts and ends. */
  private String description() {
    StringBuilder text = new StringBuilder(title);
    for (Series each : series) {
      List<Point> finite =
          each.points().stream().filter(point -> Double.isFinite(point.y())).toList();
      if (!finite.isEmpty()) {
        Point first = finite.get(0);
        Point last = finite.get(finite.size() - 1);
        text.append(
            String.format(
                Locale.ROOT,
                "; %s from %.4g at %.0f to %.4g at %.0f",
                each.name(),
                first.y(),
                first.x(),
                last.y(),
                last.x()));
      }
    }
    return text.toString();
  }

  /** What an axis spans. */
  private record Range(double low, double high) {

    static Range of(List<Double> values, double margin) {
      List<Double> finite = values.stream().filter(Double::isFinite).toList();
      double low = finite.stream().mapToDouble(Double::doubleValue).min().orElse(0);
      double high = finite.stream().mapToDouble(Double::doubleValue).max().orElse(1);
      double span = high - low;
      if (span < 1e-9 * Math.max(1, Math.abs(high))) {
        span = Math.max(1e-3, Math.abs(high) * 0.1);
        return new Range(low - span, high + span);
      }
      return new Range(low - margin * span, high + margin * span);
    }

    double place(double value, double from, double to) {
      return from + (value - low) / (high - low) * (to - from);
    }
  }
}
