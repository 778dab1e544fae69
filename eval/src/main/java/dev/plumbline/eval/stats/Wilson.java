package dev.plumbline.eval.stats;

import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * Wilson's interval of a share of independent trials (Wilson 1927, "Probable Inference", JASA 22):
 * what is right where every prompt is asked once. Never empty, never of width 0.
 */
public final class Wilson {
  private Wilson() {}

  /**
   * The share of successes with its interval.
   *
   * @param successes how many, a tie counting half
   * @param trials of how many independent ones, at least 1
   * @param confidence such as 0.95
   */
  public static Estimate share(double successes, long trials, double confidence) {
    if (trials < 1 || !(successes >= 0 && successes <= trials)) {
      throw new IllegalArgumentException(
          "%s successes in %d trials; expected 0 to all, of at least one"
              .formatted(successes, trials));
    }
    double share = successes / trials;
    double z = new NormalDistribution().inverseCumulativeProbability((1 + confidence) / 2);
    double shrink = 1 + z * z / trials;
    double center = (share + z * z / (2 * trials)) / shrink;
    double half = z / shrink * Math.sqrt((share * (1 - share) + z * z / (4 * trials)) / trials);
    return new Estimate(
        share, Math.min(share, center - half), Math.max(share, center + half), confidence);
  }
}
