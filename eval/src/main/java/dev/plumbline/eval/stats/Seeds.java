package dev.plumbline.eval.stats;

import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.StatUtils;

/** What runs with different seeds say together. */
public final class Seeds {
  private Seeds() {}

  /**
   * The mean over runs with Student's t interval: it covers what a bootstrap over one run's prompts
   * cannot, the chance in training itself. A claim about a method takes at least 5 seeds. Runs that
   * all came to the same number give an interval of no width: then the seed changed nothing, which
   * is a finding about the runs, not certainty about others.
   *
   * @param values one number a run, at least two
   */
  public static Estimate mean(double[] values, double confidence) {
    if (values.length < 2) {
      throw new IllegalArgumentException(
          "%d run; an interval over seeds needs at least 2".formatted(values.length));
    }
    double mean = StatUtils.mean(values);
    double error = standardError(values);
    double t =
        new TDistribution(values.length - 1.0).inverseCumulativeProbability((1 + confidence) / 2);
    return new Estimate(mean, mean - t * error, mean + t * error, confidence);
  }

  /** Standard error of the mean over runs. */
  public static double standardError(double[] values) {
    return Math.sqrt(StatUtils.variance(values) / values.length);
  }
}
