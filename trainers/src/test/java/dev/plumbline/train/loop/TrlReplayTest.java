package dev.plumbline.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.References;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Recorded runs of TRL 1.16 (float32, CPU), trained again by our trainer: loss, gradient norm,
 * learning rate and every metric of every step, and the log-probs of held-out pairs at the end,
 * within the tolerances that the records suggest.
 */
class TrlReplayTest {

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dpo-sigmoid",
        "dpo-sigmoid-micro8x1",
        "dpo-ipo",
        "dpo-hinge",
        "dpo-robust0.1",
        "dpo-js",
        "dpo-sigmoid-plus-sft",
        "dpo-cosine-decay",
        "sft"
      })
  void runsOnOurOwnModelAndRows(String name) {
    replay(GoldenRun.own(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dpo-sigmoid",
        "dpo-sigmoid-micro8x1",
        "dpo-sigmoid-micro1x8",
        "dpo-sigmoid-plus-sft",
        "dpo-beta0.5",
        "dpo-ipo",
        "dpo-hinge",
        "dpo-robust",
        "dpo-robust-smooth0.1",
        "dpo-sft",
        "dpo-exo-pair",
        "dpo-exo-pair-smooth0.1",
        "dpo-nca-pair",
        "dpo-bco-pair",
        "dpo-sppo-hard",
        "dpo-aot",
        "dpo-aot-smooth0.1",
        "dpo-aot-unpaired",
        "dpo-apo-zero",
        "dpo-apo-down",
        "dpo-discopop",
        "dpo-sigmoid-norm",
        "dpo-sigmoid-norm-forward-kl",
        "dpo-forward-kl",
        "dpo-js",
        "dpo-alpha0.3",
        "dpo-alpha0.5",
        "dpo-ipo-js",
        "dpo-ipo-alpha0.7",
        "dpo-ld0.5",
        "dpo-wpo",
        "dpo-clip5",
        "dpo-clip0.05-decay0.1",
        "dpo-cosine",
        "dpo-truncate-keep-start96",
        "dpo-pad-eos",
        "dpo-eval",
        "dpo-partial-micro-batch37",
        "dpo-partial-window33",
        "dpo-precomputed-ref",
        "sft-completion-only",
        "sft-full-text",
        "sft-dft"
      })
  void runsOnAPublicModelAndData(String name) {
    replay(GoldenRun.shared(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dpo-sync-ref", "kto", "kto-weights", "kto-apo-zero-unpaired"})
  void runsWithACompanion(String name) {
    replay(GoldenRun.shared(name));
  }

  /**
   * CPO is DPO without a reference plus the NLL; SimPO compares log-probs a token, with a margin.
   * TRL's trainers of them and of ORPO log less than its DPOTrainer: compared is what both log.
   */
  @ParameterizedTest
  @ValueSource(strings = {"cpo", "simpo", "orpo"})
  void runsWithoutReference(String name) {
    replay(GoldenRun.shared(name));
  }

  private void replay(GoldenRun run) {
    replay(run, run.method());
  }

  private <R> void replay(GoldenRun run, Method<R> method) {
    JsonNode settings = run.settings();
    Options options = GoldenOptions.of(method, settings);
    Recorder recorder = new Recorder(run);
    try (DecoderPolicy policy = DecoderPolicy.load(run.model(), ComputeDevice.CPU)) {
      TrainerOptions loop = options.get(TrainerOptions.class);
      References references =
          new GoldenReferences(policy, run.model(), loop.perDeviceTrainBatchSize());
      References evaluated =
          new GoldenReferences(policy, run.model(), loop.perDeviceEvalBatchSize());
      List<R> rows = method.prepare(run.rows(method.rowType()), references, options);
      List<R> evaluation = method.prepare(run.evaluationRows(method.rowType()), evaluated, options);
      try (Companion<R> companion = method.companion(references, options)) {
        new Trainer<>(policy, method.recipe(options), loop)
            .companion(companion)
            .evaluating(evaluation)
            .hook(recorder)
            .train(rows);
      }
    }
    int steps = settings.path("steps").asInt();
    compareLines(run, recorder.lines, steps);
    compareProbes(run, steps, recorder.probes.get((long) steps));
    compareParameters(run.end().path("parameters"), recorder.models.get((long) steps));
  }

  private static void compareLines(GoldenRun run, List<Map<String, Object>> lines, int steps) {
    List<Map<String, Object>> ours = new ArrayList<>(lines);
    ours.removeIf(line -> ((Number) line.get("step")).longValue() > steps);
    ours.removeIf(line -> !line.containsKey("loss") && !line.containsKey("eval_loss"));
    List<JsonNode> theirs = run.steps();
    assertThat(ours).hasSameSizeAs(theirs);
    for (int i = 0; i < theirs.size(); i++) {
      JsonNode expected = theirs.get(i);
      Map<String, Object> actual = rewardsOfTrl(ours.get(i), run.settings());
      Set<String> names = new TreeSet<>(actual.keySet());
      if (expected.has("eval_loss")) {
        names.add("eval_num_tokens"); // TRL repeats the count of training there.
      }
      List<String> theirNames = new ArrayList<>();
      expected.fieldNames().forEachRemaining(theirNames::add);
      if (run.settings().has("family")) {
        keepWhatBothLog(run, actual, theirNames);
        names.retainAll(actual.keySet());
      }
      assertThat(names).containsExactlyInAnyOrderElementsOf(theirNames);
      for (Iterator<String> name = actual.keySet().iterator(); name.hasNext(); ) {
        compare(run, expected, actual, name.next());
      }
    }
  }

  /** TRL's logits are over padding, too; and SimPO's rewards and log-probs are a token's. */
  private static void keepWhatBothLog(
      GoldenRun run, Map<String, Object> actual, List<String> theirNames) {
    boolean sums = !run.settings().path("loss_type").asText().equals("simpo");
    theirNames.removeIf(
        name ->
            (name.equals("nll_loss") && run.settings().has("loss_type"))
                || name.startsWith("logits/")
                || (!sums && (name.startsWith("rewards/") || name.startsWith("logps/"))));
    actual.keySet().retainAll(theirNames);
    assertThat(actual).containsKeys("loss", "grad_norm", "learning_rate");
  }

  /**
   * TRL logs {@code beta * log(pi / ref)} as reward whatever the divergence; our rewards are the
   * divergence's, and the log-ratios stand beside them.
   */
  private static Map<String, Object> rewardsOfTrl(Map<String, Object> line, JsonNode settings) {
    Map<String, Object> theirs = new LinkedHashMap<>(line);
    Object clamped = theirs.remove("clamped_frac");
    assertThat(clamped == null || clamped.equals(0.0)).isTrue();
    if (theirs.containsKey("logratio/chosen")) {
      double beta = settings.path("beta").asDouble();
      double chosen = beta * (double) theirs.remove("logratio/chosen");
      double rejected = beta * (double) theirs.remove("logratio/rejected");
      theirs.put("rewards/chosen", chosen);
      theirs.put("rewards/rejected", rejected);
      theirs.put("rewards/margins", chosen - rejected);
    }
    return theirs;
  }

  private static void compare(
      GoldenRun run, JsonNode expected, Map<String, Object> actual, String name) {
    double theirs = expected.path(name).asDouble();
    double ours = ((Number) actual.get(name)).doubleValue();
    int step = expected.path("step").asInt();
    String metric = name.replaceFirst("^eval_", "");
    double tolerance =
        switch (metric) {
          case "step", "num_tokens" -> 0;
          case "learning_rate", "epoch" -> 1e-12;
          case "grad_norm" -> run.tolerance(name, step, 1e-4) * Math.max(Math.abs(theirs), 1e-3);
          case "loss" -> run.tolerance(name, step, theirs > 5 ? 1e-4 : 1e-5);
          case "logps/chosen", "logps/rejected" -> run.tolerance(name, step, 2e-4);
          default -> run.tolerance(name, step, 2e-5);
        };
    assertThat(ours).as("step %d: %s", step, name).isCloseTo(theirs, within(tolerance));
  }

  private static void compareProbes(GoldenRun run, int steps, double[] sums) {
    JsonNode expected = run.end().path("probe_after");
    assertThat(sums).hasSize(2 * expected.size());
    for (int i = 0; i < expected.size(); i++) {
      compareProbe(run, steps, sums[2 * i], expected.get(i), "chosen");
      compareProbe(run, steps, sums[2 * i + 1], expected.get(i), "rejected");
    }
  }

  /**
   * The recorded values are float64; ours went through float32 all the way, which is felt where
   * losses are exponentials.
   */
  private static void compareProbe(
      GoldenRun run, int steps, double ours, JsonNode expected, String name) {
    double theirs = expected.path(name).asDouble();
    boolean sensitive = run.tolerance("loss", steps, 1e-5) >= 1e-3;
    double tolerance = sensitive ? run.tolerance("logps/" + name, steps, 2e-4) : 2e-4;
    tolerance = Math.max(tolerance, 1e-6 * Math.abs(theirs));
    assertThat(ours).as(name).isCloseTo(theirs, within(tolerance));
  }

  /** Norms and first values; the norms against float64, as the records' README asks. */
  private static void compareParameters(JsonNode expected, Path model) {
    try (ModelFolder folder = ModelFolder.open(model)) {
      List<ParameterSpec> parameters = folder.architecture().parameters();
      assertThat(parameters).hasSize(expected.size());
      for (ParameterSpec parameter : parameters) {
        JsonNode theirs = expected.path(parameter.name());
        List<Double> first = new ArrayList<>();
        double[] squares = new double[1];
        folder
            .values(parameter)
            .forEachPiece(
                (at, float32) -> {
                  while (float32.hasRemaining()) {
                    double value = float32.getFloat();
                    squares[0] += value * value;
                    if (first.size() < 8) {
                      first.add(value);
                    }
                  }
                });
        double norm = theirs.path("l2").asDouble();
        assertThat(Math.sqrt(squares[0])).as(parameter.name()).isCloseTo(norm, within(2e-7 * norm));
        for (int i = 0; i < first.size(); i++) {
          assertThat(first.get(i))
              .as("%s[%d]", parameter.name(), i)
              .isCloseTo(theirs.path("first8").get(i).asDouble(), within(2e-5));
        }
      }
    }
  }

  /** Collects the lines; and probes and parameters wherever an evaluation is due. */
  private final class Recorder implements TrainingHook {
    private final List<Map<String, Object>> lines = new ArrayList<>();
    private final Map<Long, double[]> probes = new TreeMap<>();
    private final Map<Long, Path> models = new TreeMap<>();
    private final GoldenRun run;

    Recorder(GoldenRun run) {
      this.run = run;
    }

    @Override
    public SortedMap<String, Double> evaluate(Policy policy, long step) {
      LogProbs logProbs = policy.logProbs(PairBatch.of(run.probes()), Set.of());
      double[] sums = new double[logProbs.size()];
      Arrays.setAll(sums, logProbs::sum);
      probes.put(step, sums);
      models.put(step, temporary.resolve("step-" + step));
      ((DecoderPolicy) policy).save(models.get(step), run.model());
      return new TreeMap<>();
    }

    @Override
    public void logged(Map<String, Object> line) {
      lines.add(line);
    }
  }
}
