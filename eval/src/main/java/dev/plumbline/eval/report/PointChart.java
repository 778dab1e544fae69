package dev.plumbline.eval.report;

import dev.plumbline.eval.stats.Estimate;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Points with an interval each way, as inline SVG. Colours come from the page's style sheet, a
 * colour a group.
 *
 * @param title what is shown, for those who don't see it
 * @param xTitle what runs to the right, with its unit
 * @param groups at least a point among them
 */
record PointChart(String title, String xTitle, List<Group> groups) {
  /** Colours of the style sheet. */
  private static final int COLOURS = 8;

  private static final double WIDTH = 860;
  private static final double HEIGHT = 420;

  /**
   * Points that belong together.
   *
   * @param name what a legend calls them
   * @param joined whether a line joins them, in their order
   */
  record Group(String name, boolean joined, List<Mark> marks) {}

  /**
   * A point.
   *
   * @param hollow whether it is drawn as a ring
   */
  record Mark(String name, Estimate x, Estimate y, boolean hollow) {}

  /** The style sheet's class of a group's colour. */
  static String colour(int group) {
    return "s" + group % COLOURS;
  }

  Markup draw() {
    Frame frame = new Frame(WIDTH, HEIGHT, range(Mark::x), range(Mark::y));
    Markup svg = frame.open(description(), xTitle);
    for (int i = 0; i < groups.size(); i++) {
      draw(svg, groups.get(i), colour(i), frame);
    }
    return svg.close();
  }

  private static void draw(Markup svg, Group group, String colour, Frame frame) {
    if (group.joined()) {
      StringBuilder path = new StringBuilder();
      for (Mark mark : group.marks()) {
        path.append(
            String.format(
                Locale.ROOT,
                "%s%.1f %.1f",
                path.isEmpty() ? "M" : "L",
                frame.x(mark.x().value()),
                frame.y(mark.y().value())));
      }
      svg.empty("path", "class", "line " + colour, "d", path);
    }
    for (Mark mark : group.marks()) {
      double x = frame.x(mark.x().value());
      double y = frame.y(mark.y().value());
      svg.empty(
          "line",
          "class",
          "line " + colour,
          "x1",
          frame.x(mark.x().low()),
          "x2",
          frame.x(mark.x().high()),
          "y1",
          y,
          "y2",
          y);
      svg.empty(
          "line",
          "class",
          "line " + colour,
          "x1",
          x,
          "x2",
          x,
          "y1",
          frame.y(mark.y().low()),
          "y2",
          frame.y(mark.y().high()));
      svg.open(
          "circle",
          "class",
          (mark.hollow() ? "ring " : "dot ") + colour,
          "cx",
          x,
          "cy",
          y,
          "r",
          5.0);
      svg.leaf("title", mark.name()).close();
    }
  }

  private Range range(Function<Mark, Estimate> axis) {
    return Range.of(
        marks().map(axis).flatMap(each -> Stream.of(each.low(), each.high())).toList(), 0.06);
  }

  private Stream<Mark> marks() {
    return groups.stream().flatMap(group -> group.marks().stream());
  }

  private String description() {
    StringBuilder text = new StringBuilder(title);
    marks()
        .forEach(
            mark ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "; %s at %.4g, %.4g%s",
                        mark.name(),
                        mark.x().value(),
                        mark.y().value(),
                        mark.hollow() ? " (dominated)" : "")));
    return text.toString();
  }
}
