package dev.plumbline.train.modpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.policy.TabularPolicy;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.dpo.DpoMethod;
import dev.plumbline.train.loop.Trainer;
import dev.plumbline.train.loop.TrainerOptions;
import dev.plumbline.train.objective.CompletionLogProb;
import dev.plumbline.train.objective.PairLogProbs;
import dev.plumbline.train.objective.PairLoss;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.TrainingConfig;
import dev.plumbline.train.testing.Specification;
import dev.plumbline.train.verify.Bandit;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MODPO against its specification: 3.6 (vectors) and 3.7 (where it leads). */
class ModpoTest {
  private static final Bandit BANDIT = Bandit.ofTokens(4);
  private static final double[] REFERENCE = {.4, .3, .2, .1};
  private static final double[] LABELLED = {0, .5, 1, -.5};
  private static final double[] SECOND = {1, .2, -.6, .4};
  private static final double[] THIRD = {-.3, .9, 0, .1};

  @Test
  void everyCellOfTheTable() throws IOException {
    List<Map<String, String>> table = Specification.table("| id | lw, ll | beta | w_0");
    assertThat(table).hasSize(7);
    for (Map<String, String> row : table) {
      double[] ratios = numbers(row.get("lw, ll"));
      double[] others = numbers(row.get("w_1.."));
      double[] chosen = numbers(row.get("m(yw)"));
      double[] rejected = numbers(row.get("m(yl)"));
      String weights = row.get("w_0") + "," + row.get("w_1..");
      Map<String, String> given = new HashMap<>(Map.of("beta", row.get("beta")));
      given.put("weights", weights.replace(" ", ""));
      given.put("margins", others.length == 1 ? "column:a" : "column:a,column:b");
      PairLogProbs pair =
          new PairLogProbs(
              new CompletionLogProb(ratios[0], 0, 1, dot(others, chosen)),
              new CompletionLogProb(ratios[1], 0, 1, dot(others, rejected)));
      ModpoOptions sigmoid = options(given);
      given.put("loss-type", "hinge");
      ModpoOptions hinge = options(given);
      double w = sigmoid.score().value(pair.chosen());
      double l = sigmoid.score().value(pair.rejected());
      PairLoss loss = share(sigmoid, pair);
      Specification.assertCell(row + " z", row.get("z"), w - l);
      Specification.assertCell(row + " r_w", row.get("r_w, r_l").replaceAll(",.*", ""), w);
      Specification.assertCell(row + " r_l", row.get("r_w, r_l").replaceAll(".*, ", ""), l);
      Specification.assertCell(row + " loss", row.get("sigmoid loss"), loss.value());
      Specification.assertCell(row + " slope", row.get("dL/dlw"), loss.chosenSlope());
      assertThat(loss.rejectedSlope()).isEqualTo(-loss.chosenSlope());
      Specification.assertCell(row + " hinge", row.get("hinge"), share(hinge, pair).value());
    }
  }

  /** Step 0: policy and reference agree, and only the margins speak. */
  @Test
  void stepZero() throws IOException {
    String text = Specification.text();
    String printed = text.replaceAll("(?s).*margin gap .8: loss ([\\d.]+)\\.\n.*", "$1");
    PairLogProbs pair =
        new PairLogProbs(
            new CompletionLogProb(-3, -3, 1, 0.5 * 1.2), new CompletionLogProb(-5, -5, 1, 0.2));
    Map<String, String> given = Map.of("weights", "0.5,0.5", "margins", "column:a");
    Specification.assertCell("step 0", printed, share(options(given), pair).value());
  }

  /** Multiplied by the first weight, the loss has DPO's slopes. */
  @Test
  void normalizedLoss() {
    PairLogProbs pair =
        new PairLogProbs(new CompletionLogProb(1, 0, 1, 0), new CompletionLogProb(0, 0, 1, 0));
    Map<String, String> given = new HashMap<>(Map.of("weights", "0.1,0.9"));
    given.put("margins", "length");
    PairLoss plain = share(options(given), pair);
    given.put("normalize-loss", "true");
    PairLoss normalized = share(options(given), pair);
    assertThat(normalized.value()).isCloseTo(0.1 * plain.value(), within(1e-15));
    assertThat(normalized.chosenSlope()).isCloseTo(0.1 * plain.chosenSlope(), within(1e-15));
  }

  /** 3.7: the reference, tilted by the weighted sum of all objectives. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        ".5,.5; .522674,.290405,.143425,.043496",
        ".1,.9; .764827,.150200,.026219,.058754",
        "1,.1; .181765,.315775,.487634,.014827",
        ".2,.3,.5; .287313,.540713,.110766,.061208"
      })
  void optimum(String weights, String printed) {
    double[] w = numbers(weights);
    List<PairRow> rows = population(Map.of("a", SECOND, "b", THIRD));
    String margins = w.length == 2 ? "column:a" : "column:a,column:b";
    TabularPolicy policy =
        train(new ModpoMethod(), rows, Map.of("weights", weights, "margins", margins), w[0]);
    double[] sum = new double[4];
    Arrays.setAll(
        sum, i -> w[0] * LABELLED[i] + w[1] * SECOND[i] + (w.length == 2 ? 0 : w[2] * THIRD[i]));
    assertPolicy(policy, tilted(sum), 1e-7);
    assertPolicy(policy, numbers(printed), 1e-6);
  }

  /** With all weight on the labels it is DPO. */
  @Test
  void allWeightOnTheLabelsIsDpo() {
    List<PairRow> rows = population(Map.of("a", SECOND));
    Map<String, String> weights = Map.of("weights", "1,0", "margins", "column:a");
    assertPolicy(
        train(new ModpoMethod(), rows, weights, 1),
        train(new DpoMethod(), rows, Map.of(), 1).probabilities(BANDIT.prompt()),
        1e-12);
  }

  /**
   * Two stages: a margin that DPO learned, as implicit reward, leads where the explicit one does;
   * an additive constant in it does not matter. With another beta than it was learned with it leads
   * elsewhere: .208 away in probability where .1 stands for .5.
   */
  @Test
  void implicitMarginOfAnotherModel() {
    TabularPolicy second = train(new DpoMethod(), labelled(SECOND, Map.of()), Map.of(), 1);
    double[] learned = second.probabilities(BANDIT.prompt());
    double[] right = new double[4];
    double[] wrong = new double[4];
    Arrays.setAll(right, i -> 7 + 0.5 * Math.log(learned[i] / REFERENCE[i]));
    Arrays.setAll(wrong, i -> 0.1 * Math.log(learned[i] / REFERENCE[i]));
    Map<String, String> half = Map.of("weights", ".5,.5", "margins", "column:a");
    double[] target = new double[4];
    Arrays.setAll(target, i -> 0.5 * LABELLED[i] + 0.5 * SECOND[i]);
    List<PairRow> rows = population(Map.of("a", right));
    assertPolicy(train(new ModpoMethod(), rows, half, 0.5), tilted(target), 1e-8);
    double[] off =
        train(new ModpoMethod(), population(Map.of("a", wrong)), half, 0.5)
            .probabilities(BANDIT.prompt());
    double most = 0;
    for (int i = 0; i < 4; i++) {
      most = Math.max(most, Math.abs(off[i] - tilted(target)[i]));
    }
    assertThat(most).isCloseTo(0.208, within(5e-4));
  }

  @Test
  void refusesWeightsThatDoNotFit() {
    assertThatThrownBy(() -> options(Map.of("weights", "0.5,0.5")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("weights is [0.5, 0.5]; expected one for the labels");
    assertThatThrownBy(() -> options(Map.of("weights", "0,1", "margins", "length")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("a first one above 0");
    assertThatThrownBy(() -> options(Map.of("margins", "length")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("weights is not set");
    assertThatThrownBy(() -> options(Map.of("weights", "1,1", "margins", "brevity")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("margins is brevity; expected column:NAME, length or model:FOLDER");
  }

  @Test
  void columnThatIsNotThere() {
    List<PairRow> rows = population(Map.of("a", SECOND));
    assertThatThrownBy(() -> new MarginSource.Column("b").of(rows, null))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("row 0>1 has no margin b, it has a; prepare the data with columns");
  }

  @Test
  void lengthCountsTokens() {
    PairRow row = new PairRow("x", BANDIT.prompt(), new int[] {1, 2, 3}, new int[] {1}, 0, 0, 1);
    assertThat(new MarginSource.Length().of(List.of(row), null))
        .containsExactly(new Margin(-3, -1));
  }

  private static ModpoOptions options(Map<String, String> flags) {
    return TrainingConfig.read(new ModpoMethod(), Optional.empty(), flags).get(ModpoOptions.class);
  }

  private static PairLoss share(ModpoOptions options, PairLogProbs pair) {
    return options.loss().shares(List.of(pair), new double[] {1}, 1, 1).get(0);
  }

  private static List<PairRow> population(Map<String, double[]> margins) {
    return labelled(LABELLED, margins);
  }

  /** Both orders of every pair of arms, weighted by how often one wins. */
  private static List<PairRow> labelled(double[] rewards, Map<String, double[]> margins) {
    return BANDIT
        .population(REFERENCE, new double[] {.25, .25, .25, .25}, Bandit.bradleyTerry(rewards))
        .stream()
        .map(row -> row.withMargins(worth(row, margins)))
        .toList();
  }

  /** Arms are tokens. */
  private static Map<String, Margin> worth(PairRow row, Map<String, double[]> margins) {
    Map<String, Margin> worth = new HashMap<>();
    margins.forEach(
        (name, of) -> worth.put(name, new Margin(of[row.chosen()[0]], of[row.rejected()[0]])));
    return worth;
  }

  /** Full-batch descent; the curvature grows with (beta / w_0)^2. */
  private static TabularPolicy train(
      Method<PairRow> method, List<PairRow> rows, Map<String, String> own, double firstWeight) {
    Map<String, String> flags =
        new HashMap<>(
            Map.of(
                "beta", "0.5",
                "optim", "sgd",
                "lr-scheduler-type", "constant",
                "max-grad-norm", "0",
                "max-steps", "400",
                "learning-rate", String.valueOf(8 * firstWeight * firstWeight),
                "per-device-train-batch-size", String.valueOf(rows.size())));
    flags.putAll(own);
    Options options = TrainingConfig.read(method, Optional.empty(), flags);
    TabularPolicy policy = BANDIT.policy(REFERENCE);
    new Trainer<>(policy, method.recipe(options), options.get(TrainerOptions.class)).train(rows);
    return policy;
  }

  private static double[] tilted(double[] rewards) {
    return Bandit.tilted(REFERENCE, rewards, 2);
  }

  private static void assertPolicy(TabularPolicy policy, double[] expected, double tolerance) {
    assertThat(policy.probabilities(BANDIT.prompt())).containsExactly(expected, within(tolerance));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(",")).mapToDouble(Double::parseDouble).toArray();
  }
}
