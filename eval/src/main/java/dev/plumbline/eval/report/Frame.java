package dev.plumbline.eval.report;

/**
 * The frame of a chart as inline SVG: axes with round numbers, and where a value lies, in pixels.
 *
 * @param x what runs to the right
 * @param y what runs up
 */
record Frame(double width, double height, Range x, Range y) {
  private static final double LEFT = 50;
  private static final double TOP = 10;

  /** Opens the picture and draws grid, numbers and the title of the axis to the right. */
  Markup open(String description, String xTitle) {
    Markup svg = new Markup();
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + (int) width + " " + (int) height,
        "class",
        "chart",
        "role",
        "img",
        "aria-label",
        description);
    for (double tick : Ticks.in(y.low(), y.high(), 4)) {
      double at = y(tick);
      svg.empty("line", "class", "grid", "x1", LEFT, "x2", right(), "y1", at, "y2", at);
      svg.leaf("text", Ticks.label(tick), "class", "tick end", "x", LEFT - 6, "y", at + 4);
    }
    for (double tick : Ticks.in(x.low(), x.high(), 5)) {
      svg.leaf("text", Ticks.label(tick), "class", "tick middle", "x", x(tick), "y", bottom() + 16);
    }
    svg.empty("line", "class", "axis", "x1", LEFT, "x2", right(), "y1", bottom(), "y2", bottom());
    svg.leaf("text", xTitle, "class", "tick end", "x", right(), "y", height - 4);
    return svg;
  }

  double x(double value) {
    return x.place(value, LEFT, right());
  }

  double y(double value) {
    return y.place(value, bottom(), TOP);
  }

  private double right() {
    return width - 16;
  }

  private double bottom() {
    return height - 36;
  }
}
