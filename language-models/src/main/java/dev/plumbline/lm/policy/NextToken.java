package dev.plumbline.lm.policy;

import java.util.Arrays;

/**
 * A distribution over the tokens that a table allows next.
 *
 * @param ids token ids, ascending
 * @param logits one a token
 */
@SuppressWarnings("ArrayRecordComponent")
record NextToken(int[] ids, double[] logits) {

  static double logSumExp(double... values) {
    double most = Arrays.stream(values).max().orElseThrow();
    return Double.isInfinite(most)
        ? most
        : most + Math.log(Arrays.stream(values).map(value -> Math.exp(value - most)).sum());
  }

  /**
   * The first token at which the distribution function exceeds the number; greedy at temperature 0.
   */
  int draw(double temperature, double uniform) {
    int drawn = best();
    if (temperature > 0) {
      double most = logits[drawn];
      double[] weights =
          Arrays.stream(logits).map(logit -> Math.exp((logit - most) / temperature)).toArray();
      double left = uniform * Arrays.stream(weights).sum();
      for (int i = 0; i < weights.length; i++) {
        left -= weights[i];
        if (left < 0) {
          return ids[i];
        }
      }
    }
    return ids[drawn];
  }

  double statistic(TokenStatistic statistic, int id) {
    double total = logSumExp(logits);
    return switch (statistic) {
      case ENTROPY ->
          -Arrays.stream(logits)
              .map(logit -> logit - total)
              .filter(logProb -> logProb > Double.NEGATIVE_INFINITY)
              .map(logProb -> Math.exp(logProb) * logProb)
              .sum();
      case MEAN_LOGIT -> Arrays.stream(logits).average().orElseThrow();
      case TOP1 -> ids[best()] == id ? 1 : 0;
      case LOG_SUM_SQUARES ->
          logSumExp(Arrays.stream(logits).map(logit -> 2 * (logit - total)).toArray());
    };
  }

  /** Place of the most probable token; of equal ones the first. */
  private int best() {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
