package dev.plumbline.train.verify;

import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.policy.TokenGradients;
import dev.plumbline.train.loop.Recipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Checks one variant. Every check is made on random instances of its own. */
final class Checks<R> {
  private static final double STEP = 1e-5;

  /** What a model's float32 leaves of log-probs, and what losses make of it. */
  private static final double FLOAT = 1e-4;

  private final Variant<R> variant;
  private final Recipe<R> recipe;
  private final long seed;

  Checks(Variant<R> variant, long seed) {
    this.variant = variant;
    this.recipe = variant.recipe();
    this.seed = seed;
  }

  private Instance<R> draw(String property, int trial, int rows, double depth) {
    return Instance.draw(variant, seed, property, trial, rows, depth);
  }

  List<Finding> of(Claim claim) {
    Worst worst = new Worst(claim.title());
    Invariances<R> invariances = new Invariances<>(variant, seed);
    return switch (claim) {
      case FINITE -> List.of(finite(claim.title()));
      case GRADIENT -> List.of(gradient(worst));
      case START -> List.of(start(worst));
      case EOS -> List.of(eos(claim.title()));
      case LOG_RATIOS -> List.of(invariances.logRatios(worst));
      case SHIFT -> List.of(invariances.shift(worst));
      case SWAP -> List.of(invariances.swap(worst));
      case ORDER -> List.of(invariances.order(worst));
      case CUT -> List.of(invariances.cut(worst));
      case DUPLICATES -> List.of(invariances.duplicates(worst));
      case WEIGHTS -> List.of(invariances.weights(worst));
      case GAME -> variant.games().stream().map(this::game).toList();
    };
  }

  private Finding finite(String title) {
    long wrong = 0;
    String where = "%d instances".formatted(4 * Instance.TRIALS);
    for (int trial = 0; trial < 4 * Instance.TRIALS; trial++) {
      Instance<R> given = draw(title, trial, 1, RandomPolicy.EXTREMES);
      Outcome outcome = given.outcome();
      long bad =
          outcome.slopes().values().stream().filter(slope -> !Double.isFinite(slope)).count();
      bad += Double.isFinite(outcome.loss()) ? 0 : 1;
      wrong += bad;
      where = bad > 0 ? given.name() : where;
    }
    return Finding.of(title, 0, wrong, 0, where);
  }

  /** Several rows where losses bend, and one row far out, beyond every cap. */
  private Finding gradient(Worst worst) {
    for (int trial = 0; trial < Instance.TRIALS; trial++) {
      compareSlopes(worst, draw("gradient", trial, 3, Instance.DEPTH));
      compareSlopes(worst, draw("gradient far out", trial, 1, trial % 2 == 0 ? -100 : -1000));
    }
    return worst.finding();
  }

  private void compareSlopes(Worst worst, Instance<R> given) {
    HeldLoss<R> held = variant.held().orElse((rows, at, moved) -> given.part(moved).loss());
    Batch batch = given.batch();
    LogProbs at = given.policy().logProbs(batch);
    Recipe.Part part = given.part(at);
    for (int i = 0; i < at.size(); i++) {
      for (int t = 0; t < at.tokens(i).length; t++) {
        double above = held.of(given.rows(), at, moved(at, i, t, STEP));
        double below = held.of(given.rows(), at, moved(at, i, t, -STEP));
        double right = (above - part.loss()) / STEP;
        double left = (part.loss() - below) / STEP;
        double slope = part.gradients().tokens()[i][t];
        double expected = (above - below) / (2 * STEP);
        double tolerance = Instance.relative(1e-7, part.loss());
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
    double[][] tokens = new double[at.size()][];
    Arrays.setAll(tokens, at::tokens);
    return at.withTokens(Instance.moved(tokens, completion, token, by));
  }

  private Finding start(Worst worst) {
    for (int trial = 0; trial < Instance.TRIALS; trial++) {
      Instance<R> given = draw("start", trial, 1, Instance.DEPTH);
      R row = variant.referenced(given.row(), given.policy());
      double expected = variant.start().orElseThrow().applyAsDouble(row);
      double got = Outcome.of(recipe, List.of(row), given.policy()).loss();
      worst.compare(expected, got, Instance.relative(1e-10, expected), given.name());
    }
    return worst.finding();
  }

  private Finding eos(String title) {
    int wrong = 0;
    int ends = 0;
    for (int trial = 0; trial < Instance.TRIALS; trial++) {
      Instance<R> given = draw(title, trial, 3, Instance.DEPTH);
      Batch batch = given.batch();
      double[][] slopes = given.part(given.policy().logProbs(batch)).gradients().tokens();
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
      Instance<R> given = draw("padding", trial, 6, Instance.DEPTH);
      Batch batch = given.batch();
      List<Policy.Forward> alone = new ArrayList<>();
      try (Policy.Forward together = policy.forward(batch, recipe.statistics())) {
        Recipe.Part padded = given.part(together.logProbs());
        together.backward(padded.gradients());
        double paddedNorm = policy.gradientNorm();
        policy.discardGradient();
        for (Batch single : singles(batch)) {
          alone.add(policy.forward(single, recipe.statistics()));
        }
        Recipe.Part part =
            given.part(LogProbs.concatenate(alone.stream().map(Policy.Forward::logProbs).toList()));
        for (int i = 0; i < alone.size(); i++) {
          alone.get(i).backward(new TokenGradients(new double[][] {part.gradients().tokens()[i]}));
        }
        double norm = policy.gradientNorm();
        policy.discardGradient();
        worst.compare(
            part.loss(),
            padded.loss(),
            Instance.relative(FLOAT, part.loss()),
            given.name() + ", loss");
        worst.compare(
            norm, paddedNorm, Instance.relative(FLOAT, norm), given.name() + ", gradient norm");
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
    LogProbs logProbs = new RandomPolicy(seed, Instance.DEPTH).logProbs(batch).withTokens(tokens);
    Recipe.Part part = recipe.part(alone, batch, logProbs, recipe.totals(alone));
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
    for (int trial = 0; trial < Instance.TRIALS; trial++) {
      Instance<R> given =
          Instance.draw(
              variant,
              seed,
              "equality",
              trial,
              equality.rows(),
              equality.mostTokens(),
              equality.depth());
      worst.compare(
          Outcome.of(equality.other(), given.rows(), given.policy()),
          given.outcome(),
          equality.tolerance(),
          given.name());
    }
    return worst.finding();
  }
}
