package dev.plumbline.train.verify;

import dev.plumbline.lm.random.RandomStream;

/**
 * A method's rows, as checks need them.
 *
 * @param <R> a row
 */
public interface Rows<R> {

  /**
   * A random row that the method may train on.
   *
   * @param mostTokens of a completion; every completion has at least one
   */
  R random(RandomStream random, int mostTokens);

  /**
   * The row as it is when the reference gives these log-probs; the row itself where the method has
   * no reference.
   *
   * @param tokens of the row's completions, token by token, in the order of the recipe's batch of
   *     this row alone
   */
  R withReference(R row, double[][] tokens);

  /** The row with another weight. */
  R withWeight(R row, double weight);
}
