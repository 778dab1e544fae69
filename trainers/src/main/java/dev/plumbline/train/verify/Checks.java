package dev.plumbline.train.verify;

import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.policy.TokenGradients;
import dev.plumbline.lm.random.RandomStream;
import dev.plumbline.train.loop.Recipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Checks one variant. Every check is made on random instances of its own. */
final class Checks<R> {
  private static final int TRIALS = 25;
  private static final int MOST_TOKENS = 6;
  private static final double DEPTH = -5;
  private static final double STEP = 1e-5;

  /** What a model's float32 leaves of log-probs, and what losses make of it. */
  private static final double FLOAT = 1e-4;

  private final Variant<R> variant;
  private final Recipe<R> recipe;
  private final Rows<R> kind;
  private final long seed;

  Checks(Variant<R> variant, long seed) {
    this.variant = variant;
    this.recipe = variant.recipe();
    this.kind = variant.rows();
    this.seed = seed;
  }

  /** Random rows, and random log-probs of what they hold. */
  private record Instance<R>(List<R> rows, RandomPolicy policy, RandomStream random, String name) {
    R row() {
      return rows.get(0);
    }
  }

  private Instance<R> instance(String property, int trial, int rows, double depth) {
    RandomStream random = new RandomStream(seed, property, trial);
    RandomPolicy reference = new RandomPolicy(random.bits(), depth);
    List<R> drawn = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      drawn.add(variant.referenced(kind.random(random, MOST_TOKENS), reference));
    }
    return new Instance<>(
        drawn, new RandomPolicy(random.bits(), depth), random, "instance " + trial);
  }

  List<Finding> of(Claim claim) {
    Worst worst = new Worst(claim.title());
    return switch (claim) {
      case FINITE -> List.of(finite(claim.title()));
      case GRADIENT -> List.of(gradient(worst));
      case START -> List.of(start(worst));
      case EOS -> List.of(eos(claim.title()));
      case LOG_RATIOS -> List.of(logRatios(worst));
      case SHIFT -> List.of(shift(worst));
      case SWAP -> List.of(swap(worst));
      case ORDER -> List.of(order(worst));
      case CUT -> List.of(cut(worst));
      case DUPLICATES -> List.of(duplicates(worst));
      case WEIGHTS -> List.of(weights(worst));
      case GAME -> variant.games().stream().map(this::game).toList();
    };
  }

  private double loss(List<R> rows, LogProbs logProbs) {
    return part(rows, recipe.batch(rows), logProbs).loss();
  }

  private double loss(R row, double[][] tokens) {
    List<R> alone = List.of(row);
    LogProbs any = new RandomPolicy(seed, DEPTH).logProbs(recipe.batch(alone));
    return loss(alone, any.withTokens(tokens));
  }

  private static double relative(double tolerance, double value) {
    return tolerance * Math.max(1, Math.abs(value));
  }

  private Finding finite(String title) {
    int wrong = 0;
    String where = "%d instances".formatted(4 * TRIALS);
    for (int trial = 0; trial < 4 * TRIALS; trial++) {
      Instance<R> given = instance(title, trial, 1, Double.NaN);
      Outcome outcome = Outcome.of(recipe, given.rows(), given.policy());
      long bad =
          outcome.slopes().values().stream().filter(slope -> !Double.isFinite(slope)).count();
      bad += Double.isFinite(outcome.loss()) ? 0 : 1;
      wrong += (int) bad;
      where = bad > 0 ? given.name() : where;
    }
    return Finding.of(title, 0, wrong, 0, where);
  }

  /** Several rows where losses bend, and one row far out, beyond every cap. */
  private Finding gradient(Worst worst) {
    for (int trial = 0; trial < TRIALS; trial++) {
      compareSlopes(worst, instance("gradient", trial, 3, DEPTH));
      compareSlopes(worst, instance("gradient far out", trial, 1, trial % 2 == 0 ? -100 : -1000));
    }
    return worst.finding();
  }

  private void compareSlopes(Worst worst, Instance<R> given) {
    HeldLoss<R> held = variant.held().orElse((rows, at, moved) -> loss(rows, moved));
    Batch batch = recipe.batch(given.rows());
    LogProbs at = given.policy().logProbs(batch);
    Recipe.Part part = part(given.rows(), batch, at);
    for (int i = 0; i < at.size(); i++) {
      for (int t = 0; t < at.tokens(i).length; t++) {
        double above = held.of(given.rows(), at, moved(at, i, t, STEP));
        double below = held.of(given.rows(), at, moved(at, i, t, -STEP));
        double right = (above - part.loss()) / STEP;
        double left = (part.loss() - below) / STEP;
        double slope = part.gradients().tokens()[i][t];
        double expected = (above - below) / (2 * STEP);
        double tolerance = relative(1e-7, part.loss());
        if (Math.abs(slope - expected) > tolerance
            && slope >= Math.min(left, right) - tolerance
            && slope <= Math.max(left, right) + tolerance) {
          expected = slope; // At a corner, such as the hinge's: all between both sides are right.
        }
        worst.compare(
            expected,
            slope,
            tolerance,
            "%s, completion %d, token %d".formatted(given.name(), i, t));
      }
    }
  }

  private static LogProbs moved(LogProbs at, int completion, int token, double by) {
    return at.withTokens(moved(tokens(at), completion, token, by));
  }

  private static double[][] moved(double[][] tokens, int completion, int token, double by) {
    double[][] moved = tokens.clone();
    moved[completion] = tokens[completion].clone();
    moved[completion][token] += by;
    return moved;
  }

  private static double[][] tokens(LogProbs logProbs) {
    double[][] tokens = new double[logProbs.size()][];
    Arrays.setAll(tokens, logProbs::tokens);
    return tokens;
  }

  private Finding start(Worst worst) {
    for (int trial = 0; trial < TRIALS; trial++) {
      Instance<R> given = instance("start", trial, 1, DEPTH);
      R row = variant.referenced(given.row(), given.policy());
      double expected = variant.start().orElseThrow().applyAsDouble(row);
      double got = Outcome.of(recipe, List.of(row), given.policy()).loss();
      worst.compare(expected, got, relative(1e-10, expected), given.name());
    }
    return worst.finding();
  }

  private Finding eos(String title) {
    int wrong = 0;
    int ends = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      Instance<R> given = instance(title, trial, 3, DEPTH);
      Batch batch = recipe.batch(given.rows());
      double[][] slopes =
          part(given.rows(), batch, given.policy().logProbs(batch)).gradients().tokens();
      List<Batch.Completion> completions = batch.completions();
      for (int i = 0; i < slopes.length; i++) {
        int last = slopes[i].length - 1;
        ends++;
        boolean silent = slopes[i][0] != 0 && slopes[i][last] == 0;
        wrong += completions.get(i).learned()[last] && !silent ? 0 : 1;
      }
    }
    return Finding.of(title, 0, wrong, 0, "of %d completions".formatted(ends));
  }

  private Finding logRatios(Worst worst) {
    for (int trial = 0; trial < TRIALS; trial++) {
      Instance<R> given = instance("log-ratios", trial, 1, DEPTH);
      Batch batch = recipe.batch(given.rows());
      double[][] reference = new RandomPolicy(given.random().bits(), DEPTH).tokens(batch);
      double[][] policy = given.policy().tokens(batch);
      double expected = loss(kind.withReference(given.row(), reference), policy);
      for (int i = 0; i < policy.length; i++) {
        int token = given.random().below(policy[i].length);
        double by = 10 * given.random().uniform() - 5;
        reference = moved(reference, i, token, by);
        policy = moved(policy, i, token, by);
      }
      double got = loss(kind.withReference(given.row(), reference), policy);
      worst.compare(expected, got, relative(1e-10, expected), given.name());
    }
    return worst.finding();
  }

  private Finding shift(Worst worst) {
    for (int trial = 0; trial < TRIALS; trial++) {
      Instance<R> given = instance("shift", trial, 1, DEPTH);
      double[][] policy = given.policy().tokens(recipe.batch(given.rows()));
      double[][] moved = policy;
      double by = 10 * given.random().uniform() - 5;
      for (int i = 0; i < policy.length; i++) {
        moved = moved(moved, i, 0, by);
      }
      double expected = loss(given.row(), policy);
      worst.compare(expected, loss(given.row(), moved), relative(1e-10, expected), given.name());
    }
    return worst.finding();
  }

  /** A swapped pair whose chosen completion gains twice the lead is where the pair was. */
  private Finding swap(Worst worst) {
    if (!(kind instanceof TwoSided<R> pairs)) {
      throw new IllegalStateException(
          variant.name() + ": its rows have no two sides to swap; decline " + Claim.SWAP);
    }
    for (int trial = 0; trial < TRIALS; trial++) {
      Instance<R> given = instance("swap", trial, 1, DEPTH);
      double[][] policy = given.policy().tokens(recipe.batch(given.rows()));
      double lead = pairs.lead(given.row(), policy);
      double[][] swapped = moved(new double[][] {policy[1], policy[0]}, 0, 0, 2 * lead);
      double expected = loss(given.row(), policy);
      double got = loss(pairs.swapped(given.row()), swapped);
      worst.compare(expected, got, relative(1e-10, expected), given.name());
    }
    return worst.finding();
  }

  private Finding order(Worst worst) {
    for (int trial = 0; trial < TRIALS; trial++) {
      Instance<R> given = instance("order", trial, 8, DEPTH);
      List<R> turned = new ArrayList<>(given.rows());
      Collections.rotate(turned, 1 + given.random().below(7));
      Collections.reverse(turned.subList(0, 4));
      worst.compare(
          Outcome.of(recipe, given.rows(), given.policy()),
          Outcome.of(recipe, turned, given.policy()),
          1e-12,
          given.name());
    }
    return worst.finding();
  }

  private Finding cut(Worst worst) {
    for (int trial = 0; trial < TRIALS; trial++) {
      Instance<R> given = instance("cut", trial, 8, DEPTH);
      Recipe.Totals totals = recipe.totals(given.rows());
      Outcome parts =
          given.rows().stream()
              .map(row -> Outcome.of(recipe, List.of(row), totals, given.policy()))
              .reduce(Outcome::plus)
              .orElseThrow();
      worst.compare(Outcome.of(recipe, given.rows(), given.policy()), parts, 1e-12, given.name());
    }
    return worst.finding();
  }

  private Finding duplicates(Worst worst) {
    for (int trial = 0; trial < TRIALS; trial++) {
      Instance<R> given = instance("duplicates", trial, 4, DEPTH);
      List<R> twice = new ArrayList<>(given.rows());
      twice.addAll(given.rows());
      worst.compare(
          Outcome.of(recipe, given.rows(), given.policy()),
          Outcome.of(recipe, twice, given.policy()),
          1e-12,
          given.name());
    }
    return worst.finding();
  }

  private Finding weights(Worst worst) {
    for (int trial = 0; trial < TRIALS; trial++) {
      Instance<R> given = instance("weights", trial, 3, DEPTH);
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

  private Finding game(Game<R> game) {
    Worst worst = new Worst(Claim.GAME.title() + ": " + game.name());
    double[] got = game.play(recipe);
    for (int arm = 0; arm < got.length; arm++) {
      worst.compare(game.expected()[arm], got[arm], game.tolerance(), "arm " + arm);
    }
    return worst.finding();
  }

  /**
   * Rows of many lengths in one batch, against each completion in a batch of its own: the loss, and
   * the gradient that reaches the policy's parameters.
   */
  Finding padding(Policy policy) {
    Worst worst = new Worst("padding");
    for (int trial = 0; trial < 3; trial++) {
      Instance<R> given = instance("padding", trial, 6, DEPTH);
      Batch batch = recipe.batch(given.rows());
      List<Policy.Forward> alone = new ArrayList<>();
      try (Policy.Forward together = policy.forward(batch, recipe.statistics())) {
        Recipe.Part padded = part(given.rows(), batch, together.logProbs());
        together.backward(padded.gradients());
        double paddedNorm = policy.gradientNorm();
        policy.discardGradient();
        for (Batch single : singles(batch)) {
          alone.add(policy.forward(single, recipe.statistics()));
        }
        Recipe.Part part =
            part(
                given.rows(),
                batch,
                LogProbs.concatenate(alone.stream().map(Policy.Forward::logProbs).toList()));
        for (int i = 0; i < alone.size(); i++) {
          alone.get(i).backward(new TokenGradients(new double[][] {part.gradients().tokens()[i]}));
        }
        double norm = policy.gradientNorm();
        policy.discardGradient();
        worst.compare(
            part.loss(), padded.loss(), relative(FLOAT, part.loss()), given.name() + ", loss");
        worst.compare(norm, paddedNorm, relative(FLOAT, norm), given.name() + ", gradient norm");
      } finally {
        alone.forEach(Policy.Forward::close);
      }
    }
    return worst.finding();
  }

  /** Each completion with its prompt as a batch. */
  private static List<Batch> singles(Batch batch) {
    return batch.items().stream()
        .flatMap(
            item ->
                item.completions().stream()
                    .map(one -> new Batch(List.of(new Batch.Item(item.prompt(), List.of(one))))))
        .toList();
  }

  private Recipe.Part part(List<R> rows, Batch batch, LogProbs logProbs) {
    return recipe.part(rows, batch, logProbs, recipe.totals(rows));
  }

  Finding answer(Answer<R> answer) {
    Worst worst = new Worst("known: " + answer.name());
    List<R> alone = List.of(answer.row());
    Batch batch = recipe.batch(alone);
    List<Batch.Completion> completions = batch.completions();
    double[][] tokens = new double[completions.size()][];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = new double[completions.get(i).ids().length];
      Arrays.fill(tokens[i], answer.logProbs()[i] / tokens[i].length);
    }
    LogProbs logProbs = new RandomPolicy(seed, DEPTH).logProbs(batch).withTokens(tokens);
    Recipe.Part part = part(alone, batch, logProbs);
    worst.compare(answer.loss(), part.loss(), digits(answer.loss()), "loss");
    for (int i = 0; i < answer.slopes().length; i++) {
      double slope = answer.slopes()[i];
      double got = part.gradients().tokens()[i][0];
      worst.compare(slope, got, digits(slope), "slope of completion " + i);
    }
    return worst.finding();
  }

  /** Relative also below 1: the tiny losses of good pairs count. */
  private static double digits(double known) {
    return Math.max(1e-10 * Math.abs(known), 1e-14);
  }

  Finding equality(Equality<R> equality) {
    Worst worst = new Worst("equals " + equality.name());
    for (int trial = 0; trial < TRIALS; trial++) {
      RandomStream random = new RandomStream(seed, "equality", trial);
      RandomPolicy reference = new RandomPolicy(random.bits(), equality.depth());
      RandomPolicy policy = new RandomPolicy(random.bits(), equality.depth());
      List<R> rows = new ArrayList<>();
      for (int i = 0; i < equality.rows(); i++) {
        rows.add(variant.referenced(kind.random(random, equality.mostTokens()), reference));
      }
      worst.compare(
          Outcome.of(equality.other(), rows, policy),
          Outcome.of(recipe, rows, policy),
          equality.tolerance(),
          "instance " + trial);
    }
    return worst.finding();
  }
}
