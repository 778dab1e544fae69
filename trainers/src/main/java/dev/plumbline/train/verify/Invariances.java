package dev.plumbline.train.verify;

import dev.plumbline.lm.policy.Batch;
import dev.plumbline.train.loop.Recipe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What may be changed about rows and their log-probs without changing the loss. */
final class Invariances<R> {
  private final Variant<R> variant;
  private final Recipe<R> recipe;
  private final Rows<R> kind;
  private final long seed;

  Invariances(Variant<R> variant, long seed) {
    this.variant = variant;
    this.recipe = variant.recipe();
    this.kind = variant.rows();
    this.seed = seed;
  }

  private Instance<R> draw(String property, int trial, int rows) {
    return Instance.draw(variant, seed, property, trial, rows, Instance.DEPTH);
  }

  Finding logRatios(Worst worst) {
    for (int trial = 0; trial < Instance.TRIALS; trial++) {
      Instance<R> given = draw("log-ratios", trial, 1);
      Batch batch = given.batch();
      double[][] reference = new RandomPolicy(given.random().bits(), Instance.DEPTH).tokens(batch);
      double[][] policy = given.policy().tokens(batch);
      double expected = given.loss(kind.withReference(given.row(), reference), policy);
      for (int i = 0; i < policy.length; i++) {
        int token = given.random().below(policy[i].length);
        double by = 10 * given.random().uniform() - 5;
        reference = Instance.moved(reference, i, token, by);
        policy = Instance.moved(policy, i, token, by);
      }
      double got = given.loss(kind.withReference(given.row(), reference), policy);
      worst.compare(expected, got, Instance.relative(1e-10, expected), given.name());
    }
    return worst.finding();
  }

  Finding shift(Worst worst) {
    for (int trial = 0; trial < Instance.TRIALS; trial++) {
      Instance<R> given = draw("shift", trial, 1);
      double[][] policy = given.policy().tokens(given.batch());
      double[][] moved = policy;
      double by = 10 * given.random().uniform() - 5;
      for (int i = 0; i < policy.length; i++) {
        moved = Instance.moved(moved, i, 0, by);
      }
      double expected = given.loss(given.row(), policy);
      worst.compare(
          expected,
          given.loss(given.row(), moved),
          Instance.relative(1e-10, expected),
          given.name());
    }
    return worst.finding();
  }

  /** A swapped pair whose chosen completion gains twice the lead is where the pair was. */
  Finding swap(Worst worst) {
    if (!(kind instanceof TwoSided<R> pairs)) {
      throw new IllegalStateException(
          variant.name() + ": its rows have no two sides to swap; decline " + Claim.SWAP);
    }
    for (int trial = 0; trial < Instance.TRIALS; trial++) {
      Instance<R> given = draw("swap", trial, 1);
      double[][] policy = given.policy().tokens(given.batch());
      double lead = pairs.lead(given.row(), policy);
      double[][] swapped = Instance.moved(new double[][] {policy[1], policy[0]}, 0, 0, 2 * lead);
      double expected = given.loss(given.row(), policy);
      double got = given.loss(pairs.swapped(given.row()), swapped);
      worst.compare(expected, got, Instance.relative(1e-10, expected), given.name());
    }
    return worst.finding();
  }

  Finding order(Worst worst) {
    for (int trial = 0; trial < Instance.TRIALS; trial++) {
      Instance<R> given = draw("order", trial, 8);
      List<R> turned = new ArrayList<>(given.rows());
      Collections.rotate(turned, 1 + given.random().below(7));
      Collections.reverse(turned.subList(0, 4));
      worst.compare(
          given.outcome(), Outcome.of(recipe, turned, given.policy()), 1e-12, given.name());
    }
    return worst.finding();
  }

  Finding cut(Worst worst) {
    for (int trial = 0; trial < Instance.TRIALS; trial++) {
      Instance<R> given = draw("cut", trial, 8);
      Recipe.Totals totals = recipe.totals(given.rows());
      Outcome parts =
          given.rows().stream()
              .map(row -> Outcome.of(recipe, List.of(row), totals, given.policy()))
              .reduce(Outcome::plus)
              .orElseThrow();
      worst.compare(given.outcome(), parts, 1e-12, given.name());
    }
    return worst.finding();
  }

  Finding duplicates(Worst worst) {
    for (int trial = 0; trial < Instance.TRIALS; trial++) {
      Instance<R> given = draw("duplicates", trial, 4);
      List<R> twice = new ArrayList<>(given.rows());
      twice.addAll(given.rows());
      worst.compare(
          given.outcome(), Outcome.of(recipe, twice, given.policy()), 1e-12, given.name());
    }
    return worst.finding();
  }

  Finding weights(Worst worst) {
    for (int trial = 0; trial < Instance.TRIALS; trial++) {
      Instance<R> given = draw("weights", trial, 3);
      List<R> copies = new ArrayList<>();
      List<R> weighted = new ArrayList<>();
      for (int i = 0; i < given.rows().size(); i++) {
        weighted.add(kind.withWeight(given.rows().get(i), i + 1));
        copies.addAll(Collections.nCopies(i + 1, kind.withWeight(given.rows().get(i), 1)));
      }
      worst.compare(
          Outcome.of(recipe, copies, given.policy()),
          Outcome.of(recipe, weighted, given.policy()),
          1e-12,
          given.name());
    }
    return worst.finding();
  }
}
