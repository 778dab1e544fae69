package dev.plumbline.train.verify;

import dev.plumbline.train.loop.Recipe;

/**
 * Another loss that is the same one on certain instances: what an option is worth at the end of its
 * range.
 *
 * @param name of the other loss
 * @param other the other loss
 * @param rows how many rows a step has
 * @param mostTokens of a completion
 * @param depth token log-probs are between this and 0
 * @param tolerance of loss and gradient, relative above 1
 */
public record Equality<R>(
    String name, Recipe<R> other, int rows, int mostTokens, double depth, double tolerance) {

  /** An equality that is exact, on steps of several rows of several tokens. */
  public static <R> Equality<R> exact(String name, Recipe<R> other) {
    return new Equality<>(name, other, 4, 6, -5, 1e-12);
  }
}
