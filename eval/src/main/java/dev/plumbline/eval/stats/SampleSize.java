package dev.plumbline.eval.stats;

import org.hipparchus.distribution.continuous.NormalDistribution;

/** How many prompts a question needs, given how much prompts differed in a run already made. */
public final class SampleSize {
  private static final NormalDistribution NORMAL = new NormalDistribution();

  private SampleSize() {}

  /**
   * Prompts for an interval of a given half width, the samples a prompt staying as they are.
   *
   * @param observed a run's clusters, at least two
   * @param halfWidth what the number after the plus-minus sign shall be, over 0
   */
  public static long forHalfWidth(Clusters observed, double halfWidth, double confidence) {
    return count(observed, NORMAL.inverseCumulativeProbability((1 + confidence) / 2) / halfWidth);
  }

  /**
   * Prompts to tell a difference from none (two-sided) with a given power.
   *
   * @param difference the smallest that shall be seen, over 0
   * @param power how often it shall be seen, such as 0.8
   */
  public static long forDifference(
      Clusters observed, double difference, double confidence, double power) {
    double z =
        NORMAL.inverseCumulativeProbability((1 + confidence) / 2)
            + NORMAL.inverseCumulativeProbability(power);
    return count(observed, z / difference);
  }

  private static long count(Clusters observed, double errorsPerWidth) {
    double deviation = observed.standardError() * Math.sqrt(observed.size());
    return Math.max(2, (long) Math.ceil(Math.pow(deviation * errorsPerWidth, 2)));
  }
}
