package dev.plumbline.eval.stats;

import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.random.RandomStream;
import java.util.Arrays;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * Confidence interval of a mean by resampling whole clusters.
 *
 * <p>Bias-corrected and accelerated (Efron 1987, "Better Bootstrap Confidence Intervals", JASA 82),
 * because win rates near 0 or 1 are skewed, at levels widened as Student's t asks for the number of
 * clusters (Hesterberg 2015, "What Teachers Should Know About the Bootstrap", section 4.4), because
 * a plain bootstrap is too narrow with few prompts. Ends never leave the bounds of the data.
 *
 * <p>A sample in which all prompts came out alike has no spread to resample, yet proves nothing of
 * the prompts that it missed. So no interval is narrower than the <em>unseen share</em> allows: if
 * a kind of prompt makes up more than {@code q = 1 - (alpha/2)^(1/n)} of all prompts, n prompts
 * miss it with probability under alpha/2; the mean may lie off by that share times the way to the
 * bound. 10 prompts all won give [0.69, 1]; 400 give [0.991, 1]; 400 ties give [0.495, 0.505].
 *
 * @param resamples how many; the ends' own noise falls with it
 * @param confidence such as 0.95
 * @param seed of the resampling
 */
public record ClusterBootstrap(int resamples, double confidence, long seed) {
  private static final NormalDistribution NORMAL = new NormalDistribution();

  public ClusterBootstrap {
    if (resamples < 100 || !(confidence > 0 && confidence < 1)) {
      throw new UsageException(
          "%d resamples at confidence %s; expected at least 100, and a confidence inside (0, 1)"
              .formatted(resamples, confidence));
    }
  }

  /** 10,000 resamples, 95 %. */
  public static ClusterBootstrap of(long seed) {
    return new ClusterBootstrap(10_000, 0.95, seed);
  }

  /** The mean of all observations with its interval. */
  public Estimate mean(Clusters clusters) {
    double mean = clusters.mean();
    double unseen = 1 - Math.pow((1 - confidence) / 2, 1.0 / clusters.size());
    double low = mean - unseen * (mean - clusters.lowest());
    double high = mean + unseen * (clusters.highest() - mean);
    if (clusters.standardError() > 0) {
      double[] means = resampledMeans(clusters);
      double below = levelBelow(means, mean);
      double acceleration = acceleration(clusters);
      double z = widened(clusters.size());
      low = Math.min(low, quantile(means, adjusted(below, acceleration, -z)));
      high = Math.max(high, quantile(means, adjusted(below, acceleration, z)));
    }
    return new Estimate(mean, low, high, confidence);
  }

  /** Means of the resampled clusters, sorted. */
  private double[] resampledMeans(Clusters clusters) {
    RandomStream random = new RandomStream(seed, "bootstrap", 0);
    double[] means = new double[resamples];
    int[] times = new int[clusters.size()];
    for (int i = 0; i < resamples; i++) {
      Arrays.fill(times, 0);
      for (int draw = 0; draw < times.length; draw++) {
        times[random.below(times.length)]++;
      }
      means[i] = clusters.mean(times);
    }
    Arrays.sort(means);
    return means;
  }

  /** Bias correction: the normal quantile of the share of resamples below the estimate. */
  private static double levelBelow(double[] means, double mean) {
    double below = 0;
    for (double resampled : means) {
      // Sums in another order differ in the last digits; what is a tie must count as one.
      double difference = resampled - mean;
      below += Math.abs(difference) < 1e-12 ? 0.5 : difference < 0 ? 1 : 0;
    }
    double most = means.length - 0.5;
    return NORMAL.inverseCumulativeProbability(Math.max(0.5, Math.min(most, below)) / means.length);
  }

  /** Acceleration: skewness of the means that leave one cluster out, over 6. */
  private static double acceleration(Clusters clusters) {
    int count = clusters.size();
    double[] means = new double[count];
    int[] times = new int[count];
    Arrays.fill(times, 1);
    for (int i = 0; i < count; i++) {
      times[i] = 0;
      means[i] = clusters.mean(times);
      times[i] = 1;
    }
    double center = Arrays.stream(means).average().orElseThrow();
    double squares = 0;
    double cubes = 0;
    for (double mean : means) {
      double difference = center - mean;
      squares += difference * difference;
      cubes += difference * difference * difference;
    }
    return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
  }

  /** The normal quantile that gives a percentile interval the width of Student's t. */
  private double widened(int clusters) {
    double t = new TDistribution(clusters - 1.0).inverseCumulativeProbability((1 + confidence) / 2);
    return t * Math.sqrt(clusters / (clusters - 1.0));
  }

  /** Efron's level for a normal quantile; the limit where the acceleration has no inverse. */
  private static double adjusted(double bias, double acceleration, double z) {
    double denominator = 1 - acceleration * (bias + z);
    if (denominator <= 0) {
      return z < 0 ? 0 : 1;
    }
    return NORMAL.cumulativeProbability(bias + (bias + z) / denominator);
  }

  private static double quantile(double[] sorted, double level) {
    double place = level * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
