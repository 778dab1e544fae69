package dev.plumbline.eval.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A curve.
 *
 * @param name what a legend calls it
 * @param points in the order of x; a y that is not finite is a gap
 * @param marked whether each point is marked: for few points that stand for themselves
 */
record Series(String name, List<Point> points, boolean marked) {

  /** A point of a curve. */
  record Point(double x, double y) {}

  Series {
    points = List.copyOf(points);
  }

  /**
   * The curve with at most about so many points: of each stretch of points the lowest and the
   * highest stay, so that no spike is lost, and gaps stay gaps.
   */
  Series thinned(int most) {
    if (points.size() <= most) {
      return this;
    }
    int stretch = (int) Math.ceil(2.0 * points.size() / most);
    List<Point> kept = new ArrayList<>();
    for (int from = 0; from < points.size(); from += stretch) {
      kept.addAll(extremes(points.subList(from, Math.min(points.size(), from + stretch))));
    }
    return new Series(name, kept, marked);
  }

  private static List<Point> extremes(List<Point> stretch) {
    Point low = stretch.get(0);
    Point high = low;
    for (Point point : stretch) {
      if (!Double.isFinite(point.y())) {
        return List.of(point);
      }
      low = point.y() < low.y() ? point : low;
      high = point.y() > high.y() ? point : high;
    }
    return low.x() == high.x()
        ? List.of(low)
        : low.x() < high.x() ? List.of(low, high) : List.of(high, low);
  }
}
