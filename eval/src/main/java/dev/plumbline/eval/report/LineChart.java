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
  private static final int MOST_POINTS = 400;

  Markup draw() {
    Range x =
        Range.of(series.stream().flatMap(each -> each.points().stream()).map(Point::x).toList(), 0);
    Range y =
        Range.of(
            series.stream().flatMap(each -> each.points().stream()).map(Point::y).toList(), 0.06);
    Frame frame = new Frame(WIDTH, HEIGHT, x, y);
    Markup svg = frame.open(description(), xTitle);
    for (int i = 0; i < series.size(); i++) {
      draw(svg, series.get(i).thinned(MOST_POINTS), i, frame);
    }
    return svg.close();
  }

  private static void draw(Markup svg, Series series, int number, Frame frame) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (Point point : series.points()) {
      if (Double.isFinite(point.y())) {
        path.append(
            String.format(
                Locale.ROOT,
                "%s%.1f %.1f",
                pen ? "L" : "M",
                frame.x(point.x()),
                frame.y(point.y())));
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
              frame.x(point.x()),
              "cy",
              frame.y(point.y()),
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
}
