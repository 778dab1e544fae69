package dev.plumbline.train.verify;

import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.random.RandomStream;
import dev.plumbline.train.loop.Recipe;
import java.util.ArrayList;
import java.util.List;

/**
 * Random rows, and random log-probs of what they hold: what a check is made on.
 *
 * @param recipe the loss that is checked
 * @param rows with what the reference says of them
 * @param policy whose log-probs they are
 * @param random for what a check draws beside them
 * @param name for findings
 */
record Instance<R>(
    Recipe<R> recipe, List<R> rows, RandomPolicy policy, RandomStream random, String name) {
  /** How many are drawn for a check. */
  static final int TRIALS = 25;

  static final int MOST_TOKENS = 6;

  /** Token log-probs are between this and 0, unless a check wants them elsewhere. */
  static final double DEPTH = -5;

  /**
   * Draws one.
   *
   * @param property what it is drawn for: each has its own
   */
  static <R> Instance<R> draw(
      Variant<R> variant, long seed, String property, int trial, int rows, double depth) {
    return draw(variant, seed, property, trial, rows, MOST_TOKENS, depth);
  }

  /** Draws one with completions of at most so many tokens. */
  static <R> Instance<R> draw(
      Variant<R> variant,
      long seed,
      String property,
      int trial,
      int rows,
      int mostTokens,
      double depth) {
    RandomStream random = new RandomStream(seed, property, trial);
    RandomPolicy reference = new RandomPolicy(random.bits(), depth);
    List<R> drawn = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      drawn.add(variant.referenced(variant.rows().random(random, mostTokens), reference));
    }
    return new Instance<>(
        variant.recipe(),
        drawn,
        new RandomPolicy(random.bits(), depth),
        random,
        "instance " + trial);
  }

  /** Its only row. */
  R row() {
    return rows.get(0);
  }

  Batch batch() {
    return recipe.batch(rows);
  }

  /** The step of its rows under other log-probs of its batch. */
  Recipe.Part part(LogProbs logProbs) {
    return recipe.part(rows, batch(), logProbs, recipe.totals(rows));
  }

  Outcome outcome() {
    return Outcome.of(recipe, rows, policy);
  }

  /** The loss of a row alone, under these log-probs of its tokens. */
  double loss(R row, double[][] tokens) {
    List<R> alone = List.of(row);
    Batch batch = recipe.batch(alone);
    LogProbs logProbs = policy.logProbs(batch).withTokens(tokens);
    return recipe.part(alone, batch, logProbs, recipe.totals(alone)).loss();
  }

  /** Log-probs of which one is another. */
  static double[][] moved(double[][] tokens, int completion, int token, double by) {
    double[][] moved = tokens.clone();
    moved[completion] = tokens[completion].clone();
    moved[completion][token] += by;
    return moved;
  }

  /** A tolerance that grows with values above 1. */
  static double relative(double tolerance, double value) {
    return tolerance * Math.max(1, Math.abs(value));
  }
}
