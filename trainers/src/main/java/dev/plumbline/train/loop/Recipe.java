package dev.plumbline.train.loop;

import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenGradients;
import dev.plumbline.lm.policy.TokenStatistic;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * What an algorithm does with rows, as pure functions: which log-probs it asks for, and what loss
 * and gradient it makes of them. The {@link Trainer} does everything else. A recipe has no state.
 *
 * @param <R> a row
 */
public interface Recipe<R> {

  /** What the rows are, in the plural: {@code pairs}. */
  String unit();

  /** How an error names a row. */
  String id(R row);

  /** What the policy is asked about rows. */
  Batch batch(List<R> rows);

  /** What else the recipe wants to know of each token. */
  Set<TokenStatistic> statistics();

  /** What the loss of a step is divided by, given all its rows. */
  Totals totals(List<R> stepRows);

  /**
   * The loss of a micro-batch and its gradient. Parts of one step add up to the step's loss, so
   * that eight micro-batches of one row equal one of eight.
   *
   * @param batch made of the rows by {@link #batch}
   * @param logProbs of the batch, with the {@link #statistics}
   * @param totals of the whole step
   */
  Part part(List<R> rows, Batch batch, LogProbs logProbs, Totals totals);

  /**
   * How the loss is averaged where the user asks for an averaging; TRL averages some losses over
   * the whole step either way.
   */
  default Averaging lossAveraging(Averaging asked) {
    return asked;
  }

  /** The means of a step's metrics, with those that follow from others. */
  default SortedMap<String, Double> metrics(SortedMap<String, Double> means) {
    return means;
  }

  /**
   * What the parts of a loss are divided by.
   *
   * @param rows rows, counted with their weights
   * @param tokens learned tokens that a token mean runs over, counted with their rows' weights
   * @param baseline a constant that all rows are compared with, such as KTO's; 0 where there is
   *     none
   */
  record Totals(double rows, double tokens, double baseline) {
    public Totals(double rows, double tokens) {
      this(rows, tokens, 0);
    }

    /**
     * Those of some rows.
     *
     * @param tokens learned tokens of a row
     */
    public static <R> Totals of(List<R> rows, ToDoubleFunction<R> weight, ToIntFunction<R> tokens) {
      double allRows = 0;
      double allTokens = 0;
      for (R row : rows) {
        allRows += weight.applyAsDouble(row);
        allTokens += weight.applyAsDouble(row) * tokens.applyAsInt(row);
      }
      return new Totals(allRows, allTokens);
    }

    Totals times(int factor) {
      return new Totals(rows * factor, tokens * factor, baseline);
    }
  }

  /**
   * What a micro-batch came to.
   *
   * @param loss its part of the step's loss
   * @param gradients of that part, in the token log-probs
   * @param metrics sums with their weights
   */
  record Part(double loss, TokenGradients gradients, Metrics metrics) {}
}
