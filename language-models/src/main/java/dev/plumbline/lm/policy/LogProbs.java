package dev.plumbline.lm.policy;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Log-probs of a batch's completions, in nats and float64: {@code tokens(i)[t] = log p(token t |
 * prompt, tokens before t)}, 0 at tokens that are not learned.
 */
public final class LogProbs {
  private final double[][] tokens;
  private final Map<TokenStatistic, double[][]> statistics;

  /**
   * @param tokens log-prob of every token of every completion
   * @param statistics values of the same shape; 0 at tokens that are not learned
   */
  public LogProbs(double[][] tokens, Map<TokenStatistic, double[][]> statistics) {
    this.tokens = tokens;
    this.statistics = statistics.isEmpty() ? Map.of() : new EnumMap<>(statistics);
  }

  /** Those of several batches as if they were one; all have the same statistics. */
  public static LogProbs concatenate(List<LogProbs> parts) {
    Map<TokenStatistic, double[][]> statistics = new EnumMap<>(TokenStatistic.class);
    for (TokenStatistic statistic : parts.get(0).statistics.keySet()) {
      statistics.put(statistic, concatenate(parts, part -> part.statistics.get(statistic)));
    }
    return new LogProbs(concatenate(parts, part -> part.tokens), statistics);
  }

  private static double[][] concatenate(
      List<LogProbs> parts, Function<LogProbs, double[][]> values) {
    return parts.stream().map(values).flatMap(Arrays::stream).toArray(double[][]::new);
  }

  /** The same statistics beside other log-probs. */
  public LogProbs withTokens(double[][] others) {
    return new LogProbs(others, statistics);
  }

  /** The same with other values of a statistic. */
  public LogProbs withStatistic(TokenStatistic statistic, double[][] values) {
    Map<TokenStatistic, double[][]> others = new EnumMap<>(TokenStatistic.class);
    others.putAll(statistics);
    others.put(statistic, values);
    return new LogProbs(tokens, others);
  }

  /** The number of completions. */
  public int size() {
    return tokens.length;
  }

  /** Log-probs of the tokens of one completion. The array is not a copy. */
  public double[] tokens(int completion) {
    return tokens[completion];
  }

  /** The completion's log-prob: the sum over its learned tokens, the final EOS included. */
  public double sum(int completion) {
    double sum = 0;
    for (double token : tokens[completion]) {
      sum += token;
    }
    return sum;
  }

  /**
   * A statistic of the tokens of one completion. The array is not a copy.
   *
   * @throws IllegalArgumentException if the statistic was not asked for
   */
  public double[] statistic(TokenStatistic statistic, int completion) {
    double[][] values = statistics.get(statistic);
    if (values == null) {
      throw new IllegalArgumentException(
          statistic + " was not asked for when these log-probs were computed");
    }
    return values[completion];
  }
}
