package dev.plumbline.lm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TabularPolicyTest {
  private static final int[] BANDIT = {7};
  private static final int[] TREE = {8, 1};
  private static final Set<TokenStatistic> ALL = Set.of(TokenStatistic.values());

  @Test
  void aBanditHasTheGivenProbabilities() {
    TabularPolicy policy = TabularPolicy.bandit(BANDIT, 4, 3, 2, 1);
    assertThat(policy.probabilities(BANDIT))
        .containsExactly(new double[] {.4, .3, .2, .1}, within(1e-15));
    Batch batch = new Batch(List.of(new Batch.Item(BANDIT, policy.completions(BANDIT))));
    LogProbs logProbs = policy.logProbs(batch, Set.of());
    for (int arm = 0; arm < 4; arm++) {
      assertThat(logProbs.sum(arm)).isCloseTo(Math.log((4 - arm) / 10.0), within(1e-15));
    }
  }

  @Test
  void theTokensOfACompletionAddUpToIt() {
    TabularPolicy policy = twoPrompts();
    Batch batch = everything(policy);
    LogProbs logProbs = policy.logProbs(batch, Set.of());
    double[] probabilities = policy.probabilities(TREE);
    for (int y = 0; y < probabilities.length; y++) {
      assertThat(Math.exp(logProbs.sum(3 + y))).isCloseTo(probabilities[y], within(1e-15));
    }
    // 5 leads to the first three of the five completions, 5 6 to the first two.
    double five = probabilities[0] + probabilities[1] + probabilities[2];
    assertThat(Math.exp(logProbs.tokens(3)[0])).isCloseTo(five, within(1e-15));
    assertThat(Math.exp(logProbs.tokens(3)[1]))
        .isCloseTo((probabilities[0] + probabilities[1]) / five, within(1e-15));
  }

  @Test
  void aCompletionThatIsCutOffHasTheProbabilityOfAllThatGoOnSo() {
    TabularPolicy policy = twoPrompts();
    double[] probabilities = policy.probabilities(TREE);
    Batch batch = new Batch(List.of(new Batch.Item(TREE, List.of(Batch.Completion.of(5, 6)))));
    assertThat(policy.logProbs(batch, Set.of()).sum(0))
        .isCloseTo(Math.log(probabilities[0] + probabilities[1]), within(1e-15));
  }

  @Test
  void statisticsAreThoseOfTheNextToken() {
    TabularPolicy policy = TabularPolicy.bandit(BANDIT, .4, .3, .2, .1);
    Batch batch = new Batch(List.of(new Batch.Item(BANDIT, policy.completions(BANDIT))));
    LogProbs logProbs = policy.logProbs(batch, ALL);
    double entropy = 0;
    double mean = 0;
    double squares = 0;
    for (double p : new double[] {.4, .3, .2, .1}) {
      entropy -= p * Math.log(p);
      mean += Math.log(p) / 4;
      squares += p * p;
    }
    for (int arm = 0; arm < 4; arm++) {
      assertThat(logProbs.statistic(TokenStatistic.ENTROPY, arm)[0])
          .isCloseTo(entropy, within(1e-14));
      assertThat(logProbs.statistic(TokenStatistic.MEAN_LOGIT, arm)[0])
          .isCloseTo(mean, within(1e-14));
      assertThat(logProbs.statistic(TokenStatistic.TOP1, arm)[0]).isEqualTo(arm == 0 ? 1 : 0);
      assertThat(logProbs.statistic(TokenStatistic.LOG_SUM_SQUARES, arm)[0])
          .isCloseTo(Math.log(squares), within(1e-14));
    }
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      TabularPolicy policy = twoPrompts();
      for (int[] prompt : policy.prompts()) {
        policy.setLogits(
            prompt, random.doubles(policy.completions(prompt).size(), -2, 2).toArray());
      }
      Batch batch = masked(everything(policy), random);
      double[][] coefficients =
          batch.completions().stream()
              .map(y -> random.doubles(y.ids().length, -1, 1).toArray())
              .toArray(double[][]::new);
      double[] before = logits(policy);
      for (int pass = 0; pass < 2; pass++) {
        try (Policy.Forward forward = policy.forward(batch, Set.of())) {
          forward.backward(new TokenGradients(coefficients));
        }
      }
      double norm = policy.gradientNorm();
      // Two passes add up; plain descent by 1/2 then subtracts one gradient.
      policy.update(new Update.Sgd(1, 0.5));
      double[] after = logits(policy);
      double squares = 0;
      for (int i = 0; i < before.length; i++) {
        double gradient = before[i] - after[i];
        squares += gradient * gradient;
        double step = 1e-5;
        double quotient =
            (loss(policy, batch, coefficients, before, i, step)
                    - loss(policy, batch, coefficients, before, i, -step))
                / (2 * step);
        assertThat(gradient).as("seed %d, logit %d", seed, i).isCloseTo(quotient, within(1e-9));
      }
      assertThat(norm).isCloseTo(2 * Math.sqrt(squares), within(1e-12));
      assertThat(policy.gradientNorm()).isZero();
    }
  }

  @Test
  void adamwIsThatOfPyTorchInFloat64() {
    CompletionTable table =
        new CompletionTable(
            new Batch.Item(BANDIT, IntStream.range(0, 3).mapToObj(Batch.Completion::of).toList()));
    System.arraycopy(new double[] {0.3, -0.2, 0.5}, 0, table.logits(), 0, 3);
    double[][] gradients = {{1, -2, 0.5}, {0.25, 0, -3}, {-1.5, 2, 0.125}};
    double[][] expected = {
      {0.2485000999998, -0.14900004999995, 0.4475001999992},
      {0.20564464655636006, -0.11467608999307055, 0.47639208459869364},
      {0.21276553206396678, -0.11839605422748117, 0.49679493512448325}
    };
    for (int step = 1; step <= 3; step++) {
      System.arraycopy(gradients[step - 1], 0, table.gradient(), 0, 3);
      table.update(new Update.AdamW(0.05, 0.5, 0.9, 0.99, 1e-6, 0.1), step);
      assertThat(table.logits()).containsExactly(expected[step - 1], within(1e-15));
    }
    assertThat(table.firstMoments())
        .containsExactly(new double[] {-0.02325, 0.019, -0.1085}, within(1e-15));
    assertThat(table.secondMoments())
        .containsExactly(
            new double[] {0.008229937500000008, 0.01980100000000002, 0.02292662500000002},
            within(1e-15));
  }

  @Test
  void samplesFollowTheTableAtAnyTemperature() {
    TabularPolicy policy = twoPrompts();
    for (double temperature : new double[] {1, 0.5}) {
      double[] expected = tokenByToken(policy, temperature);
      int n = 40_000;
      List<Sample> samples =
          policy
              .sample(List.of(TREE), new SamplingSettings(n, 9, temperature, 0, 1, Set.of()), 5)
              .get(0);
      List<Batch.Completion> completions = policy.completions(TREE);
      for (int y = 0; y < expected.length; y++) {
        int[] ids = completions.get(y).ids();
        long count = samples.stream().filter(s -> Arrays.equals(s.ids(), ids)).count();
        assertThat((double) count / n)
            .as("completion %d at temperature %s", y, temperature)
            .isCloseTo(expected[y], within(4 * Math.sqrt(expected[y] * (1 - expected[y]) / n)));
      }
      assertThat(samples).allMatch(Sample::finished);
    }
  }

  @Test
  void samplesCarryTheirLogProbs() {
    TabularPolicy policy = twoPrompts();
    SamplingSettings settings = new SamplingSettings(20, 9, 2, 0, 1, Set.of());
    for (Sample sample : policy.sample(List.of(TREE), settings, 1).get(0)) {
      Batch batch =
          new Batch(List.of(new Batch.Item(TREE, List.of(Batch.Completion.of(sample.ids())))));
      assertThat(sample.logProbs()).containsExactly(policy.logProbs(batch, Set.of()).tokens(0));
    }
  }

  @Test
  void samplesDependOnSeedPromptAndNumberOnly() {
    TabularPolicy policy = twoPrompts();
    List<List<Sample>> one =
        policy.sample(List.of(BANDIT, TREE), SamplingSettings.plain(40, 9, Set.of()), 3);
    List<List<Sample>> other =
        policy.sample(List.of(TREE, BANDIT), SamplingSettings.plain(20, 9, Set.of()), 3);
    assertThat(other.get(0)).usingRecursiveComparison().isEqualTo(one.get(1).subList(0, 20));
    assertThat(other.get(1)).usingRecursiveComparison().isEqualTo(one.get(0).subList(0, 20));
    assertThat(policy.sample(List.of(TREE), SamplingSettings.plain(40, 9, Set.of()), 4).get(0))
        .usingRecursiveComparison()
        .isNotEqualTo(one.get(1));
  }

  @Test
  void greedyStopIdsAndLengthEndACompletion() {
    TabularPolicy policy = twoPrompts();
    policy.setLogits(TREE, 3, 2, 1, 0, 0);
    assertThat(only(policy, SamplingSettings.greedy(9, Set.of())).ids()).containsExactly(5, 6, 2);
    Sample cut = only(policy, SamplingSettings.greedy(2, Set.of()));
    assertThat(cut.ids()).containsExactly(5, 6);
    assertThat(cut.finished()).isFalse();
    Sample stopped = only(policy, SamplingSettings.greedy(9, Set.of(5)));
    assertThat(stopped.ids()).containsExactly(5);
    assertThat(stopped.finished()).isTrue();
  }

  @Test
  void aRestoredPolicyContinuesBitForBit(@TempDir Path folder) throws IOException {
    TabularPolicy policy = twoPrompts();
    train(policy, 5);
    policy.snapshot(folder);
    TabularPolicy restored = twoPrompts();
    restored.restore(folder);
    assertThat(restored.weightsHash()).isEqualTo(policy.weightsHash());
    assertThat(restored.optimizerHash()).isEqualTo(policy.optimizerHash());
    String before = policy.weightsHash();
    train(policy, 3);
    train(restored, 3);
    assertThat(restored.weightsHash()).isEqualTo(policy.weightsHash()).isNotEqualTo(before);
    assertThat(restored.optimizerHash()).isEqualTo(policy.optimizerHash());
  }

  @Test
  void restoringForgetsTheGradient(@TempDir Path folder) throws IOException {
    TabularPolicy policy = TabularPolicy.bandit(BANDIT, .5, .3, .2);
    policy.snapshot(folder);
    Batch batch = new Batch(List.of(new Batch.Item(BANDIT, policy.completions(BANDIT))));
    try (Policy.Forward forward = policy.forward(batch, Set.of())) {
      forward.backward(TokenGradients.ofSums(batch, new double[] {1, 0, 0}));
    }
    assertThat(policy.gradientNorm()).isPositive();
    policy.restore(folder);
    assertThat(policy.gradientNorm()).isZero();
  }

  @Test
  void hashesTellWeightsFromTheOptimisersState() {
    TabularPolicy policy = twoPrompts();
    TabularPolicy copy = policy.copy();
    assertThat(copy.weightsHash()).isEqualTo(policy.weightsHash());
    train(policy, 1);
    assertThat(copy.weightsHash()).isNotEqualTo(policy.weightsHash());
    TabularPolicy trained = policy.copy();
    assertThat(trained.weightsHash()).isEqualTo(policy.weightsHash());
    assertThat(trained.optimizerHash())
        .isEqualTo(copy.optimizerHash())
        .isNotEqualTo(policy.optimizerHash());
  }

  @Test
  void aSnapshotOfOtherTablesIsRefused(@TempDir Path folder) {
    TabularPolicy.bandit(BANDIT, .5, .5).snapshot(folder);
    assertThatThrownBy(() -> TabularPolicy.bandit(BANDIT, 1, 1, 1).restore(folder))
        .isInstanceOf(PlumblineException.class)
        .hasMessage(
            folder.resolve("tables.json")
                + " is of a policy over other prompts or completions; restore it into one like it");
    assertThatThrownBy(() -> twoPrompts().restore(Files.createDirectory(folder.resolve("empty"))))
        .isInstanceOf(IOException.class);
  }

  @Test
  void whatTheTableDoesNotHoldIsNamed() {
    TabularPolicy policy = twoPrompts();
    assertThatThrownBy(() -> policy.probabilities(new int[] {1, 2}))
        .isInstanceOf(PlumblineException.class)
        .hasMessage("the tabular policy has no prompt [1, 2]; it has 2 others");
    for (int[] ids : new int[][] {{5, 9}, {4, 2}, {6, 2, 2}}) {
      Batch batch = new Batch(List.of(new Batch.Item(TREE, List.of(Batch.Completion.of(ids)))));
      assertThatThrownBy(() -> policy.logProbs(batch, Set.of()))
          .isInstanceOf(PlumblineException.class)
          .hasMessageStartingWith("no completion of prompt [8, 1] starts with [");
    }
    assertThatThrownBy(
            () -> policy.sample(List.of(TREE), new SamplingSettings(1, 9, 1, 5, 1, Set.of()), 1))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("top_k is 5");
    List<Batch.Completion> nested = List.of(Batch.Completion.of(5), Batch.Completion.of(5, 6));
    assertThatThrownBy(() -> new TabularPolicy(List.of(new Batch.Item(TREE, nested))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("completion [5] of prompt [8, 1] comes twice or starts another");
  }

  @Test
  void aForwardPassGoesBackwardOnce() {
    TabularPolicy policy = TabularPolicy.bandit(BANDIT, .5, .5);
    Batch batch = everything(policy);
    Policy.Forward forward = policy.forward(batch, Set.of());
    forward.backward(TokenGradients.ofSums(batch, new double[] {1, -1}));
    assertThatThrownBy(() -> forward.backward(TokenGradients.ofSums(batch, new double[] {1, -1})))
        .isInstanceOf(IllegalStateException.class);
    policy.discardGradient();
    assertThat(policy.gradientNorm()).isZero();
  }

  /** A bandit of three arms and a tree of five completions. */
  private static TabularPolicy twoPrompts() {
    TabularPolicy policy =
        new TabularPolicy(
            List.of(
                new Batch.Item(
                    BANDIT, IntStream.range(0, 3).mapToObj(Batch.Completion::of).toList()),
                new Batch.Item(
                    TREE,
                    List.of(
                        Batch.Completion.of(5, 6, 2),
                        Batch.Completion.of(5, 6, 3, 2),
                        Batch.Completion.of(5, 2),
                        Batch.Completion.of(6, 2),
                        Batch.Completion.of(2)))));
    policy.setLogits(TREE, 0.3, -0.4, 0.9, 0.1, -1);
    return policy;
  }

  private static Batch everything(TabularPolicy policy) {
    return new Batch(
        policy.prompts().stream()
            .map(prompt -> new Batch.Item(prompt, policy.completions(prompt)))
            .toList());
  }

  private static Batch masked(Batch batch, Random random) {
    return new Batch(
        batch.items().stream()
            .map(
                item ->
                    new Batch.Item(
                        item.prompt(),
                        item.completions().stream().map(y -> masked(y, random)).toList()))
            .toList());
  }

  private static Batch.Completion masked(Batch.Completion completion, Random random) {
    boolean[] learned = new boolean[completion.ids().length];
    for (int t = 0; t < learned.length; t++) {
      learned[t] = random.nextInt(4) > 0;
    }
    return new Batch.Completion(completion.ids(), learned);
  }

  private static double[] logits(TabularPolicy policy) {
    return policy.prompts().stream()
        .flatMapToDouble(p -> Arrays.stream(policy.logits(p)))
        .toArray();
  }

  private static double loss(
      TabularPolicy policy,
      Batch batch,
      double[][] coefficients,
      double[] logits,
      int moved,
      double by) {
    TabularPolicy other = policy.copy();
    double[] shifted = logits.clone();
    shifted[moved] += by;
    int from = 0;
    for (int[] prompt : policy.prompts()) {
      int count = policy.completions(prompt).size();
      other.setLogits(prompt, Arrays.copyOfRange(shifted, from, from + count));
      from += count;
    }
    LogProbs logProbs = other.logProbs(batch, Set.of());
    double loss = 0;
    for (int i = 0; i < coefficients.length; i++) {
      for (int t = 0; t < coefficients[i].length; t++) {
        loss += coefficients[i][t] * logProbs.tokens(i)[t];
      }
    }
    return loss;
  }

  /** Probabilities of the tree's completions if each token is drawn at a temperature. */
  private static double[] tokenByToken(TabularPolicy policy, double temperature) {
    double[] p = policy.probabilities(TREE);
    double first = power(p[0] + p[1] + p[2], temperature);
    double second = power(p[3], temperature);
    double third = power(p[4], temperature);
    double total = first + second + third;
    double sixes = power(p[0] + p[1], temperature);
    double end = power(p[2], temperature);
    double short_ = power(p[0], temperature);
    double long_ = power(p[1], temperature);
    return new double[] {
      first / total * sixes / (sixes + end) * short_ / (short_ + long_),
      first / total * sixes / (sixes + end) * long_ / (short_ + long_),
      first / total * end / (sixes + end),
      second / total,
      third / total
    };
  }

  private static double power(double p, double temperature) {
    return Math.pow(p, 1 / temperature);
  }

  private static Sample only(TabularPolicy policy, SamplingSettings settings) {
    return policy.sample(List.of(TREE), settings, 1).get(0).get(0);
  }

  private static void train(TabularPolicy policy, int steps) {
    Batch batch = everything(policy);
    double[] sums = new Random(2).doubles(batch.size(), -1, 1).toArray();
    for (int step = 0; step < steps; step++) {
      try (Policy.Forward forward = policy.forward(batch, Set.of())) {
        forward.backward(TokenGradients.ofSums(batch, sums));
      }
      policy.update(new Update.AdamW(0.1, 1, 0.9, 0.999, 1e-8, 0.01));
    }
  }
}
