package dev.plumbline.train.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.TabularPolicy;
import dev.plumbline.lm.testing.Shared;
import dev.plumbline.train.config.OptionSchema;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.config.Settings;
import dev.plumbline.train.loop.Trainer;
import dev.plumbline.train.loop.TrainerOptions;
import dev.plumbline.train.objective.Numerics;
import dev.plumbline.train.run.ReferenceCache;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where the losses lead, against closed forms: a bandit whose arms are the completions, every
 * ordered pair a row that weighs as often as it occurs, plain gradient descent; through the trainer
 * that trains decoders (specification, 1.7).
 */
class ClosedFormOptimaTest {
  private static final int[] PROMPT = {0};
  private static final double[] REFERENCE = {.4, .3, .2, .1};
  private static final double[] REWARDS = {0, .5, 1, -.5};
  private static final double[] UNIFORM = {.25, .25, .25, .25};

  /** Preferences with a cycle, which no rewards explain. */
  private static final double[][] CYCLIC = {
    {.5, .8, .3, .6}, {.2, .5, .9, .55}, {.7, .1, .5, .7}, {.4, .45, .3, .5}
  };

  /** Win probabilities of rewards by Bradley and Terry. */
  private static double[][] bradleyTerry(double... rewards) {
    double[][] wins = new double[rewards.length][rewards.length];
    for (int i = 0; i < rewards.length; i++) {
      for (int j = 0; j < rewards.length; j++) {
        wins[i][j] = Numerics.sigmoid(rewards[i] - rewards[j]);
      }
    }
    return wins;
  }

  /** Both orders of every pair of arms, drawn from mu, labelled by the win probabilities. */
  private static List<PairRow> population(double[] reference, double[] mu, double[][] wins) {
    List<PairRow> rows = new ArrayList<>();
    for (int i = 0; i < mu.length; i++) {
      for (int j = 0; j < mu.length; j++) {
        double weight = mu[i] * mu[j] * wins[i][j];
        if (i != j && weight > 0) {
          rows.add(
              new PairRow(
                  i + ">" + j,
                  PROMPT,
                  new int[] {i},
                  new int[] {j},
                  Math.log(reference[i]),
                  Math.log(reference[j]),
                  weight));
        }
      }
    }
    return rows;
  }

  private static void train(
      TabularPolicy policy, List<PairRow> rows, Map<String, ?> loss, double rate, int steps) {
    train(policy, rows, loss, Map.of("learning_rate", rate, "max_steps", steps));
  }

  /** Full-batch descent at a constant rate, unless said otherwise. */
  private static void train(
      TabularPolicy policy, List<PairRow> rows, Map<String, ?> loss, Map<String, ?> loop) {
    Map<String, Object> all =
        new HashMap<>(
            Map.of(
                "optim",
                "sgd",
                "lr_scheduler_type",
                "constant",
                "max_grad_norm",
                0,
                "per_device_train_batch_size",
                rows.size()));
    all.putAll(loss);
    all.putAll(loop);
    Options options =
        new OptionSchema(Map.of(), List.of(TrainerOptions.class, DpoOptions.class))
            .read(Settings.of(all));
    new Trainer<>(
            policy, new DpoRecipe(options.get(DpoOptions.class)), options.get(TrainerOptions.class))
        .train(rows);
  }

  /** {@code base * exp(exponent)}, normalised. */
  private static double[] tilted(double[] base, double[] exponents) {
    double[] tilted = new double[base.length];
    Arrays.setAll(tilted, i -> base[i] * Math.exp(exponents[i]));
    double total = Arrays.stream(tilted).sum();
    Arrays.setAll(tilted, i -> tilted[i] / total);
    return tilted;
  }

  private static double[] scaled(double[] values, double factor) {
    return Arrays.stream(values).map(value -> factor * value).toArray();
  }

  private static void assertPolicy(TabularPolicy policy, double[] expected, double tolerance) {
    double[] actual = policy.probabilities(PROMPT);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("arm %d", i).isCloseTo(expected[i], within(tolerance));
    }
  }

  /** (a) DPO ends at ref * exp(r / beta): the spec's digits, and the formula to 1e-9. */
  @ParameterizedTest
  @CsvSource({
    "1.0, .266858, .329981, .362697, .040464",
    "0.5, .146516, .298703, .541306, .013475",
    "0.1, .000090, .010005, .989905, .000000"
  })
  void dpo(double beta, double a, double b, double c, double d) {
    TabularPolicy policy = TabularPolicy.bandit(PROMPT, REFERENCE);
    List<PairRow> rows = population(REFERENCE, UNIFORM, bradleyTerry(REWARDS));
    train(policy, rows, Map.of("beta", beta), 2 / (beta * beta), 150);
    assertPolicy(policy, tilted(REFERENCE, scaled(REWARDS, 1 / beta)), 1e-9);
    assertPolicy(policy, new double[] {a, b, c, d}, 5e-7);
  }

  /** The same rows one at a time: accumulation over the whole step loses nothing. */
  @Test
  void dpoInMicroBatchesOfOne() {
    TabularPolicy policy = TabularPolicy.bandit(PROMPT, REFERENCE);
    List<PairRow> rows = population(REFERENCE, UNIFORM, bradleyTerry(REWARDS));
    train(
        policy,
        rows,
        Map.of("beta", 0.5),
        Map.of(
            "learning_rate", 8,
            "max_steps", 150,
            "per_device_train_batch_size", 1,
            "gradient_accumulation_steps", rows.size()));
    assertPolicy(policy, tilted(REFERENCE, scaled(REWARDS, 2)), 1e-9);
  }

  /** (a) Without reference: softmax(r / beta), wherever it starts. */
  @Test
  void referenceFree() {
    TabularPolicy policy = TabularPolicy.bandit(PROMPT, REFERENCE);
    List<PairRow> rows = population(REFERENCE, UNIFORM, bradleyTerry(REWARDS));
    train(policy, rows, Map.of("beta", 0.5, "reference_free", true), 8, 150);
    assertPolicy(policy, tilted(UNIFORM, scaled(REWARDS, 2)), 1e-9);
    assertPolicy(policy, new double[] {.087144, .236883, .643914, .032059}, 5e-7);
  }

  /**
   * (2.7) f-DPO ends at {@code ref * (f')^-1((r - lambda) / beta)}, lambda such that it sums to 1.
   *
   * @param factor rate times beta squared: the curvature differs much between divergences
   */
  @ParameterizedTest
  @CsvSource({
    "0.5, rkl, 2",
    "0.5, fkl, 1",
    "0.5, jsd, 8",
    "0.5, alpha .3, 4",
    "0.5, alpha .5, 2",
    "0.5, alpha .7, 2",
    "0.1, rkl, 2",
    "0.1, fkl, 0.05",
    "0.1, jsd, 8",
    "0.1, alpha .3, 0.5",
    "0.1, alpha .5, 0.2",
    "0.1, alpha .7, 0.1"
  })
  void divergences(double beta, String name, double factor) throws IOException {
    TabularPolicy policy = TabularPolicy.bandit(PROMPT, REFERENCE);
    Map<String, Object> loss = new HashMap<>(Map.of("beta", beta));
    double alpha = name.startsWith("alpha ") ? Double.parseDouble(name.substring(6)) : Double.NaN;
    loss.put(
        "f_divergence_type",
        switch (name) {
          case "rkl" -> "reverse_kl";
          case "fkl" -> "forward_kl";
          case "jsd" -> "js_divergence";
          default -> "alpha_divergence";
        });
    if (!Double.isNaN(alpha)) {
      loss.put("f_alpha", alpha);
    }
    train(
        policy,
        population(REFERENCE, UNIFORM, bradleyTerry(REWARDS)),
        loss,
        factor / (beta * beta),
        300);
    DoubleUnaryOperator inverse =
        s ->
            switch (name) {
              case "rkl" -> Math.exp(s);
              case "fkl" -> s < 0 ? -1 / s : Double.POSITIVE_INFINITY;
              case "jsd" ->
                  s < Math.log(2) ? Math.exp(s) / (2 - Math.exp(s)) : Double.POSITIVE_INFINITY;
              default ->
                  alpha * s < 1 ? Math.pow(1 - alpha * s, -1 / alpha) : Double.POSITIVE_INFINITY;
            };
    assertPolicy(policy, regularised(beta, inverse), 1e-9);
    assertPolicy(policy, printedOptimum(name, beta), 5.1e-7);
  }

  private static double[] regularised(double beta, DoubleUnaryOperator inverse) {
    double low = -50;
    double high = 51;
    double[] optimum = new double[REFERENCE.length];
    for (int halving = 0; halving < 200; halving++) {
      double lambda = (low + high) / 2;
      Arrays.setAll(
          optimum, i -> REFERENCE[i] * inverse.applyAsDouble((REWARDS[i] - lambda) / beta));
      if (Arrays.stream(optimum).sum() > 1) {
        low = lambda;
      } else {
        high = lambda;
      }
    }
    return optimum;
  }

  /** The specification's digits: its first number list of a row is for beta 0.5. */
  private static double[] printedOptimum(String name, double beta) throws IOException {
    String row =
        Files.readString(Shared.path("specs/preference.md"))
            .lines()
            .dropWhile(line -> !line.startsWith("### 2.7"))
            .filter(line -> line.startsWith("| " + name + " |"))
            .findFirst()
            .orElseThrow();
    Matcher lists = Pattern.compile("\\(([^)]*)\\)").matcher(row);
    assertThat(lists.find()).isTrue();
    assertThat(beta == 0.5 || lists.find()).isTrue();
    return Arrays.stream(lists.group(1).split(",")).mapToDouble(Double::parseDouble).toArray();
  }

  /** (b) IPO ends at ref * exp(P(y > mu) / tau), with preferences of any kind. */
  @Test
  void ipo() {
    double[][] transitive = bradleyTerry(REWARDS);
    assertIpo(UNIFORM, transitive, .341230, .322445, .267865, .068460);
    assertIpo(new double[] {.1, .2, .3, .4}, transitive, .342900, .322232, .265921, .068947);
    assertIpo(UNIFORM, CYCLIC, .421267, .308149, .190589, .079996);
  }

  private static void assertIpo(double[] mu, double[][] wins, double... digits) {
    double tau = 0.5;
    TabularPolicy policy = TabularPolicy.bandit(PROMPT, REFERENCE);
    Map<String, Object> loss = Map.of("loss_type", "ipo", "beta", tau, "ipo_reduction", "sum");
    train(policy, population(REFERENCE, mu, wins), loss, 0.5, 300);
    double[] winRates = new double[mu.length];
    for (int i = 0; i < mu.length; i++) {
      for (int j = 0; j < mu.length; j++) {
        winRates[i] += mu[j] * wins[i][j];
      }
    }
    assertPolicy(policy, tilted(REFERENCE, scaled(winRates, 1 / tau)), 1e-9);
    assertPolicy(policy, digits, 5e-7);
  }

  /**
   * (c) Two actions, beta 0.1: the log-ratio difference h at the minimum. Labels say {@code w > l}
   * with probability p.
   */
  @ParameterizedTest
  @CsvSource({
    "sigmoid, 1.0, 0.1, 21.972246",
    "sigmoid, 0.8, 0.1, 10.459686",
    "sigmoid, 0.8, 0.3, 4.895482",
    // Labels of p = 0.8, of which one in ten was flipped: 0.9 * 0.8 + 0.1 * 0.2 = 0.74.
    "robust, 0.74, 0.1, 13.862944"
  })
  void smoothedLossesOfTwoActions(String loss, double p, double smoothing, double expected) {
    Map<String, Object> options = Map.of("loss_type", loss, "label_smoothing", smoothing);
    assertThat(twoActions(options, p, Map.of("learning_rate", 200, "max_steps", 300)))
        .isCloseTo(expected, within(1e-6));
  }

  /** (c) IPO: (2p - 1) / (2 tau). */
  @Test
  void ipoOfTwoActions() {
    Map<String, Object> options = Map.of("loss_type", "ipo", "ipo_reduction", "sum");
    assertThat(twoActions(options, 0.8, Map.of("learning_rate", 0.2, "max_steps", 100)))
        .isCloseTo(3, within(1e-6));
  }

  /** (c) Hinge: 1 / beta, however sure the labels are. Its slope never dies, so the rate must. */
  @ParameterizedTest
  @ValueSource(doubles = {0.6, 0.8})
  void hingeOfTwoActions(double p) {
    Map<String, Object> falling =
        Map.of("learning_rate", 20, "max_steps", 10_000, "lr_scheduler_type", "cosine");
    assertThat(twoActions(Map.of("loss_type", "hinge"), p, falling)).isCloseTo(10, within(1e-6));
  }

  private static double twoActions(Map<String, ?> loss, double p, Map<String, ?> loop) {
    double[] even = {.5, .5};
    TabularPolicy policy = TabularPolicy.bandit(PROMPT, even);
    train(policy, population(even, even, new double[][] {{.5, p}, {1 - p, .5}}), loss, loop);
    double[] logits = policy.logits(PROMPT);
    return logits[0] - logits[1];
  }

  /**
   * (d) Rounds with the reference moved to the last policy add up; with a fixed one they do not.
   */
  @Test
  void movingAndFixedReferences() {
    double beta = 0.5;
    TabularPolicy moving = TabularPolicy.bandit(PROMPT, REFERENCE);
    TabularPolicy fixed = TabularPolicy.bandit(PROMPT, REFERENCE);
    List<PairRow> rows = population(REFERENCE, UNIFORM, bradleyTerry(REWARDS));
    for (int round = 0; round < 3; round++) {
      List<PairRow> against = ReferenceCache.compute(rows, moving, rows.size(), done -> {});
      train(moving, against, Map.of("beta", beta), 8, 300);
      train(fixed, rows, Map.of("beta", beta), 8, 300);
    }
    assertPolicy(moving, tilted(REFERENCE, scaled(REWARDS, 3 / beta)), 1e-7);
    assertPolicy(moving, new double[] {.004592, .069168, .926183, .000057}, 1e-6);
    assertPolicy(fixed, tilted(REFERENCE, scaled(REWARDS, 1 / beta)), 1e-9);
  }
}
