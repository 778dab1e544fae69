package dev.plumbline.eval.sweep;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Points with several objectives, each to be as large as possible. */
public final class ParetoFront {
  private ParetoFront() {}

  /**
   * Whether one point dominates another: nowhere less, somewhere more.
   *
   * @param one as many objectives as the other
   */
  public static boolean dominates(double[] one, double[] other) {
    boolean more = false;
    for (int i = 0; i < one.length; i++) {
      if (!(one[i] >= other[i])) {
        return false;
      }
      more |= one[i] > other[i];
    }
    return more;
  }

  /** Whether any of the points dominates one. */
  public static boolean isDominated(double[] point, List<double[]> points) {
    return points.stream().anyMatch(other -> dominates(other, point));
  }

  /**
   * The hypervolume (Zitzler and Thiele 1998): the volume of all that a point of the front
   * dominates and that dominates the reference, exact. Slices along the last objective, so its time
   * grows with the power of the number of objectives: for few points, or few objectives.
   *
   * @param points of as many objectives as the reference, at least one; those that are not better
   *     than it everywhere add nothing
   * @param reference what every point is measured from, such as the scores before training
   */
  public static double hypervolume(List<double[]> points, double[] reference) {
    List<double[]> better =
        points.stream()
            .filter(
                point -> {
                  for (int i = 0; i < reference.length; i++) {
                    if (!(point[i] > reference[i])) {
                      return false;
                    }
                  }
                  return true;
                })
            .toList();
    return volume(better, reference, reference.length);
  }

  /** The volume in the first objectives alone, so many. */
  private static double volume(List<double[]> points, double[] reference, int objectives) {
    int last = objectives - 1;
    if (points.isEmpty()) {
      return 0;
    }
    if (last == 0) {
      return points.stream().mapToDouble(point -> point[0]).max().orElseThrow() - reference[0];
    }
    double[][] highestFirst =
        points.stream()
            .sorted(Comparator.comparingDouble((double[] point) -> -point[last]))
            .toArray(double[][]::new);
    double volume = 0;
    for (int i = 0; i < highestFirst.length; i++) {
      double below = i + 1 < highestFirst.length ? highestFirst[i + 1][last] : reference[last];
      double height = highestFirst[i][last] - below;
      if (height > 0) {
        List<double[]> reaching = Arrays.asList(highestFirst).subList(0, i + 1);
        volume += height * volume(reaching, reference, last);
      }
    }
    return volume;
  }
}
