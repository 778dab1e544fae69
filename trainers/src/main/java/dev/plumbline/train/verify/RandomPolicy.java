package dev.plumbline.train.verify;

import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenStatistic;
import dev.plumbline.lm.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Log-probs that mean nothing: random numbers, decided by prompt, completion and place. The same
 * completion gets the same wherever it comes.
 *
 * @param seed of the numbers
 * @param depth a token's log-prob is between this and 0; {@link #EXTREMES} for completions of 0s
 *     and completions of -1e5s
 */
record RandomPolicy(long seed, double depth) {
  /** A depth of completions that are certain or as good as impossible. */
  static final double EXTREMES = Double.NaN;

  private static final double EXTREME = 1e5;

  /** About the vocabulary whose statistics are drawn. */
  private static final double LOG_VOCABULARY = 3.5;

  /** Log-probs of a batch with every statistic there is. */
  LogProbs logProbs(Batch batch) {
    double[][] tokens = tokens(batch);
    Map<TokenStatistic, double[][]> statistics = new EnumMap<>(TokenStatistic.class);
    for (TokenStatistic statistic : TokenStatistic.values()) {
      double[][] values = new double[tokens.length][];
      for (int i = 0; i < tokens.length; i++) {
        values[i] = Arrays.stream(tokens[i]).map(p -> statistic(statistic, p)).toArray();
      }
      statistics.put(statistic, values);
    }
    return new LogProbs(tokens, statistics);
  }

  /** Log-probs of a batch's tokens; 0 at those that are not learned. */
  double[][] tokens(Batch batch) {
    List<double[]> tokens = new ArrayList<>();
    for (Batch.Item item : batch.items()) {
      for (Batch.Completion each : item.completions()) {
        String name = Arrays.toString(item.prompt()) + Arrays.toString(each.ids());
        RandomStream random = new RandomStream(seed, name, 0);
        double common = random.chance(0.5) ? 0 : -EXTREME;
        double[] values = new double[each.ids().length];
        for (int t = 0; t < values.length; t++) {
          double value = Double.isNaN(depth) ? common : depth * random.uniform();
          values[t] = each.learned()[t] ? value : 0;
        }
        tokens.add(values);
      }
    }
    return tokens.toArray(double[][]::new);
  }

  /** A value that could belong to a token of this log-prob. */
  private static double statistic(TokenStatistic statistic, double logProb) {
    double share = Math.exp(logProb / 2);
    return switch (statistic) {
      case ENTROPY -> LOG_VOCABULARY * (1 - share);
      case MEAN_LOGIT -> logProb / 3;
      case TOP1 -> share > 0.5 ? 1 : 0;
      case LOG_SUM_SQUARES -> Math.max(2 * logProb, -LOG_VOCABULARY * (1 - share));
    };
  }
}
