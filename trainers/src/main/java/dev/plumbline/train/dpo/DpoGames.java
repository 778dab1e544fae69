package dev.plumbline.train.dpo;

import static dev.plumbline.train.verify.Bandit.bradleyTerry;
import static dev.plumbline.train.verify.Bandit.tilted;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.train.verify.Bandit;
import dev.plumbline.train.verify.Game;
import dev.plumbline.train.verify.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Where the losses lead, in closed form: bandits of four arms with rewards, or of two arms of which
 * the first is preferred with a known probability. Every ordered pair of arms is a row that weighs
 * as often as it occurs.
 */
final class DpoGames {
  private static final double[] REFERENCE = {.4, .3, .2, .1};
  private static final double[] REWARDS = {0, .5, 1, -.5};
  private static final double[] UNIFORM = {.25, .25, .25, .25};
  private static final double[] EVEN = {.5, .5};

  /** Preferences with a cycle, which no rewards explain. */
  private static final double[][] CYCLIC = {
    {.5, .8, .3, .6}, {.2, .5, .9, .55}, {.7, .1, .5, .7}, {.4, .45, .3, .5}
  };

  private static final Bandit FOUR = Bandit.ofEnds(4);
  private static final Bandit TWO = Bandit.ofEnds(2);

  private DpoGames() {}

  /** DPO: {@code ref * exp(r / beta)} (arXiv 2305.18290, eq. 4). */
  static Game<PairRow> dpo(double beta) {
    return rewards(FOUR, 2 / (beta * beta), 150, tilted(REFERENCE, REWARDS, 1 / beta));
  }

  /** The same where all arms have one token. */
  static Game<PairRow> dpoOfOneToken(double beta) {
    return rewards(
        Bandit.ofTokens(4), 2 / (beta * beta), 150, tilted(REFERENCE, REWARDS, 1 / beta));
  }

  /** The same end with pairs weighed by their likelihood: it slows some pairs down, no more. */
  static Game<PairRow> dpoWeighted(double beta) {
    return rewards(FOUR, 2 / (beta * beta), 600, tilted(REFERENCE, REWARDS, 1 / beta));
  }

  /** The same with one row a micro-batch: accumulation over the step loses nothing. */
  static Game<PairRow> dpoInMicroBatches(double beta) {
    Game<PairRow> whole = dpo(beta);
    Map<String, ?> loop =
        Map.of(
            "learning_rate",
            2 / (beta * beta),
            "max_steps",
            150,
            "per_device_train_batch_size",
            1,
            "gradient_accumulation_steps",
            whole.rows().size());
    return new Game<>(
        "rewards, a row a micro-batch",
        whole.bandit(),
        whole.start(),
        whole.rows(),
        loop,
        whole.measure(),
        whole.expected(),
        whole.tolerance());
  }

  /** Without reference: {@code softmax(r / beta)}, wherever it starts. */
  static Game<PairRow> referenceFree(double beta) {
    return rewards(FOUR, 2 / (beta * beta), 150, tilted(UNIFORM, REWARDS, 1 / beta));
  }

  private static Game<PairRow> rewards(Bandit bandit, double rate, int steps, double[] expected) {
    List<PairRow> rows = bandit.population(REFERENCE, UNIFORM, bradleyTerry(REWARDS));
    return Game.of("rewards", bandit, REFERENCE, rows, rate, steps, expected);
  }

  /**
   * f-DPO: {@code ref * (f')^-1((r - c) / beta)}, c such that it sums to 1 (arXiv 2309.16240).
   *
   * @param inverse of f'
   * @param rate times beta squared: the curvature differs much between divergences
   */
  static Game<PairRow> divergence(double beta, DoubleUnaryOperator inverse, double rate) {
    double low = -50;
    double high = 51;
    double[] optimum = new double[REFERENCE.length];
    for (int halving = 0; halving < 200; halving++) {
      double c = (low + high) / 2;
      Arrays.setAll(optimum, i -> REFERENCE[i] * inverse.applyAsDouble((REWARDS[i] - c) / beta));
      if (Arrays.stream(optimum).sum() > 1) {
        low = c;
      } else {
        high = c;
      }
    }
    return rewards(FOUR, rate / (beta * beta), 300, optimum);
  }

  /** IPO: {@code ref * exp(P(y beats mu) / tau)}, with preferences of any kind (eq. 7 and 17). */
  static Variant<PairRow> ipo(Variant<PairRow> variant, double tau) {
    double[][] transitive = bradleyTerry(REWARDS);
    return variant
        .game(ipo("rewards", UNIFORM, transitive, tau))
        .game(ipo("rewards, uneven draws", new double[] {.1, .2, .3, .4}, transitive, tau))
        .game(ipo("a cycle", UNIFORM, CYCLIC, tau));
  }

  private static Game<PairRow> ipo(String name, double[] drawn, double[][] wins, double tau) {
    double[] winRates = new double[drawn.length];
    for (int i = 0; i < drawn.length; i++) {
      for (int j = 0; j < drawn.length; j++) {
        winRates[i] += drawn[j] * wins[i][j];
      }
    }
    List<PairRow> rows = FOUR.population(REFERENCE, drawn, wins);
    return Game.of(name, FOUR, REFERENCE, rows, 0.5, 300, tilted(REFERENCE, winRates, 1 / tau));
  }

  /** IPO of two arms: {@code (2p - 1) / (2 tau)}. */
  static Game<PairRow> ipoOfTwo(Bandit bandit, double p, double tau) {
    return two(bandit, p, Map.of("learning_rate", 0.2, "max_steps", 100), (2 * p - 1) / (2 * tau));
  }

  /** cDPO: {@code logit(q) / beta}, q the preference with a share of the labels turned. */
  static Game<PairRow> smoothed(double p, double smoothing, double beta) {
    return two(TWO, p, SMOOTH, logit((1 - smoothing) * p + smoothing * (1 - p)) / beta);
  }

  /** Robust DPO on labels a share of which is turned: as if none were. */
  static Game<PairRow> robust(double p, double flipRate, double beta) {
    double seen = (1 - flipRate) * p + flipRate * (1 - p);
    return two(TWO, seen, SMOOTH, logit(p) / beta);
  }

  /** Hinge: {@code 1 / beta}, however sure the labels are. Its slope never dies: the rate must. */
  static Game<PairRow> hinge(double p, double beta) {
    Map<String, ?> falling =
        Map.of("learning_rate", 20, "max_steps", 10_000, "lr_scheduler_type", "cosine");
    return two(TWO, p, falling, 1 / beta);
  }

  /**
   * EXO: the model's preference is the geometric mean of both labels' targets, each as often as its
   * label: {@code (2p - 1) logit(1 - smoothing) / beta}.
   */
  static Game<PairRow> exo(double p, double smoothing, double beta) {
    return two(TWO, p, SMOOTH, (2 * p - 1) * logit(1 - smoothing) / beta);
  }

  private static final Map<String, ?> SMOOTH = Map.of("learning_rate", 200, "max_steps", 300);

  private static Game<PairRow> two(Bandit bandit, double p, Map<String, ?> loop, double expected) {
    double[][] wins = {{.5, p}, {1 - p, .5}};
    return new Game<>(
        "two arms, p = " + p,
        bandit,
        EVEN,
        bandit.population(EVEN, EVEN, wins),
        loop,
        Game.Measure.LOG_ODDS,
        new double[] {expected, 0},
        1e-6);
  }

  private static double logit(double p) {
    return Math.log(p) - Math.log1p(-p);
  }

  /**
   * NCA at beta 1, all arms as likely in reference and data: {@code ref * 2 w}, w an arm's share of
   * won comparisons. There each arm's own minimum, {@code r = log 2w}, is one distribution.
   */
  static Game<PairRow> nca() {
    double[][] wins = bradleyTerry(REWARDS);
    double[] expected = new double[wins.length];
    for (int i = 0; i < wins.length; i++) {
      double won = Arrays.stream(wins[i]).sum() - wins[i][i];
      expected[i] = 0.25 * 2 * won / (wins.length - 1);
    }
    List<PairRow> rows = FOUR.population(UNIFORM, UNIFORM, wins);
    return Game.of("shares of wins", FOUR, UNIFORM, rows, 2, 300, expected);
  }

  /**
   * The likelihood of chosen arms: how often each is chosen.
   *
   * @param bySequence whether an arm of n tokens counts 1/n
   */
  static Game<PairRow> likelihood(boolean bySequence) {
    double[][] wins = bradleyTerry(REWARDS);
    double[] expected = new double[wins.length];
    for (int i = 0; i < wins.length; i++) {
      double won = Arrays.stream(wins[i]).sum() - wins[i][i];
      expected[i] = bySequence ? won / FOUR.arms().get(i).length : won;
    }
    double total = Arrays.stream(expected).sum();
    Arrays.setAll(expected, i -> expected[i] / total);
    List<PairRow> rows = FOUR.population(REFERENCE, UNIFORM, wins);
    return Game.of("shares of the chosen", FOUR, REFERENCE, rows, 4, 400, expected);
  }
}
