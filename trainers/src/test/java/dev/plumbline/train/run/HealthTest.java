package dev.plumbline.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.dpo.DpoMethod;
import dev.plumbline.train.health.Health;
import dev.plumbline.train.health.PairHealthOptions;
import dev.plumbline.train.loop.TrainingHook;
import dev.plumbline.train.modpo.ModpoMethod;
import dev.plumbline.train.sft.SftMethod;
import dev.plumbline.train.track.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every alarm, driven to fire and not to fire by real runs. */
class HealthTest {
  private static final List<String> NONE = List.of();

  @TempDir Path folder;
  private Path out;

  @BeforeEach
  void nameTheRun() {
    out = folder.resolve("run");
  }

  /** Step and name of every alarm in metrics.jsonl. */
  private List<String> alarms() throws IOException {
    List<String> all = new ArrayList<>();
    for (JsonNode line : lines()) {
      line.path("alarms")
          .fieldNames()
          .forEachRemaining(name -> all.add(line.path("step") + " " + name));
    }
    return all;
  }

  private List<JsonNode> lines() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("metrics.jsonl"))) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  private JsonNode recorded() throws IOException {
    return new ObjectMapper().readTree(out.resolve("manifest.json").toFile()).at("/result/alarms");
  }

  private TrainingRun<PairRow> run(TrainingData<PairRow> data, String... changes) {
    return Runs.dpo(Runs.with(Runs.flags(out), changes), data);
  }

  private static PairRow swapped(PairRow row) {
    return new PairRow(
        row.id() + "-swapped",
        row.prompt(),
        row.rejected(),
        row.chosen(),
        Double.NaN,
        Double.NaN,
        1);
  }

  /**
   * 16 pairs, and the same ones four times the other way round: what the first ones chose falls.
   */
  private static TrainingData<PairRow> contradicted() {
    List<PairRow> rows = new ArrayList<>(Runs.pairs(0, 16));
    for (int copy = 0; copy < 4; copy++) {
      Runs.pairs(0, 16).forEach(row -> rows.add(swapped(row)));
    }
    return TrainingData.of(rows, List.of());
  }

  @Test
  void displacement() throws IOException {
    try (CapturedLog log = new CapturedLog(Health.class)) {
      run(contradicted(), "alarm-displacement", "0.02", "learning-rate", "5e-3").start();
      assertThat(alarms()).isNotEmpty().allMatch(alarm -> alarm.endsWith(" displacement"));
      assertThat(log.lines().get(0))
          .matches(
              "WARN alarm displacement after step \\d+: 0\\.\\d+, alarm_displacement is 0\\.02: the chosen"
                  + " completions' log-prob has fallen by this share of its start; lower learning_rate, .*");
    }
    JsonNode displacement = recorded().path("displacement");
    double worst =
        lines().stream()
            .mapToDouble(line -> line.at("/alarms/displacement").asDouble())
            .max()
            .orElseThrow();
    assertThat(displacement.path("worst").asDouble()).isEqualTo(worst).isBetween(0.02, 1.0);
    assertThat(displacement.path("first_step") + " displacement").isEqualTo(alarms().get(0));
  }

  /** The chosen completions of plain likelihood training do not fall. */
  @Test
  void noDisplacement() throws IOException {
    run(Runs.data(), "loss-type", "sft", "alarm-displacement", "1e-9").start();
    assertThat(alarms()).isEqualTo(NONE);
    assertThat(recorded().isMissingNode()).isTrue();
  }

  @Test
  void saturation() throws IOException {
    run(Runs.data(), "learning-rate", "0.02", "beta", "5", "alarm-displacement", "0").start();
    assertThat(alarms()).isNotEmpty().allMatch(alarm -> alarm.endsWith(" saturation"));
  }

  @Test
  void noSaturation() throws IOException {
    run(Runs.data(), "beta", "1e-3", "alarm-saturation", "1e-9").start();
    assertThat(alarms()).isEqualTo(NONE);
  }

  @Test
  void clamped() throws IOException {
    String[] capped = {"loss-type", "discopop", "alarm-displacement", "0", "alarm-saturation", "0"};
    run(Runs.data(), Runs.join(capped, "alarm-clamped", "1e-9")).start();
    assertThat(alarms()).isEqualTo(NONE);
    out = folder.resolve("other");
    run(
            Runs.data(),
            Runs.join(capped, "learning-rate", "0.1", "beta", "10", "alarm-clamped", "0.02"))
        .start();
    assertThat(alarms()).isNotEmpty().allMatch(alarm -> alarm.endsWith(" clamped"));
    for (JsonNode line : lines()) {
      assertThat(line.at("/alarms/clamped").isNumber())
          .isEqualTo(line.path("clamped_frac").asDouble() > 0.02);
    }
  }

  private static final String[] SAMPLING = {
    "kl-samples", "8", "kl-max-new-tokens", "24", "alarm-displacement", "0", "alarm-saturation", "0"
  };

  /** Without training, samples are the reference's own; an untrained policy is away by nothing. */
  @Test
  void aPolicyThatStaysIsNowhereElse() throws IOException {
    run(
            Runs.data(),
            Runs.join(SAMPLING, "learning-rate", "0", "alarm-kl", "1e-9", "alarm-length", "1e-9"))
        .start();
    assertThat(alarms()).isEqualTo(NONE);
    List<JsonNode> evaluations =
        lines().stream().filter(line -> line.has("eval_sample_kl")).toList();
    assertThat(evaluations)
        .hasSize(4)
        .allSatisfy(
            line -> {
              assertThat(line.path("eval_sample_kl").asDouble()).isZero();
              assertThat(line.path("eval_sample_kl_stderr").asDouble()).isZero();
              assertThat(line.path("eval_sample_length"))
                  .isEqualTo(line.path("eval_ref_sample_length"));
            });
    assertThat(recorded().fieldNames())
        .toIterable()
        .as("what hardly moved is an alarm, too")
        .containsExactly("hardly_moved");
  }

  @Test
  void klAndLength() throws IOException {
    run(Runs.data(), Runs.join(SAMPLING, "alarm-kl", "0.5", "alarm-length", "0.03")).start();
    assertThat(alarms()).anyMatch(alarm -> alarm.endsWith(" kl"));
    assertThat(alarms()).anyMatch(alarm -> alarm.endsWith(" length"));
    for (JsonNode line : lines()) {
      assertThat(line.at("/alarms/kl").isNumber())
          .isEqualTo(line.path("eval_sample_kl").asDouble() > 0.5);
    }
    assertThat(lines().stream().filter(line -> line.has("eval_sample_kl")))
        .allSatisfy(
            line -> {
              double length = line.path("eval_sample_length").asDouble();
              double reference = line.path("eval_ref_sample_length").asDouble();
              assertThat(line.at("/alarms/length").isNumber())
                  .isEqualTo(Math.abs(length / reference - 1) > 0.03);
            });
  }

  /** SFT has no pairs, but samples. */
  @Test
  void samplesOfAnyMethod() throws IOException {
    Map<String, String> flags =
        Runs.with(Runs.flags(out), "kl-samples", "4", "kl-max-new-tokens", "8", "alarm-kl", "0.01");
    new TrainingRun<>(
            new SftMethod(),
            TrainingConfig.read(new SftMethod(), Optional.empty(), flags),
            TrainingData.of(Runs.completions(0, 40), List.of()))
        .start();
    assertThat(alarms()).contains("20 kl");
  }

  /** Stopped in between and resumed, lines and manifest are those of a run that was left alone. */
  @Test
  void aResumedRunHasTheSameAlarms() throws IOException {
    String[] flags =
        Runs.join(
            SAMPLING,
            "alarm-kl",
            "0.1",
            "alarm-length",
            "0.03",
            "alarm-displacement",
            "0.001",
            "alarm-saturation",
            "0.01");
    run(contradicted(), flags).start();
    Path undisturbed = out;
    assertThat(recorded().fieldNames()).toIterable().contains("displacement", "kl");
    out = folder.resolve("stopped");
    TrainingRun<PairRow> stopped = run(contradicted(), flags);
    stopped.hook(
        new TrainingHook() {
          @Override
          public void logged(Map<String, Object> line) {
            if (line.get("step").equals(27L)) {
              throw new IllegalStateException("stopped");
            }
          }
        });
    assertThatThrownBy(stopped::start).hasMessage("stopped");
    run(contradicted(), flags).resume();
    for (String file : List.of("metrics.jsonl", "manifest.json", "model/model.safetensors")) {
      assertThat(out.resolve(file)).hasSameBinaryContentAs(undisturbed.resolve(file));
    }
  }

  /** The alarms look on: without them the run is the same, and a quiet run's lines, too. */
  @Test
  void alarmsDoNotMoveThePolicy() throws IOException {
    run(Runs.data()).start();
    Path plain = out;
    out = folder.resolve("watched");
    run(Runs.data(), Runs.join(SAMPLING, "alarm-kl", "0.1")).start();
    assertThat(out.resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(plain.resolve("model/model.safetensors"));
    out = folder.resolve("off");
    run(Runs.data(), "alarm-displacement", "0", "alarm-saturation", "0").start();
    assertThat(out.resolve("metrics.jsonl"))
        .hasSameTextualContentAs(plain.resolve("metrics.jsonl"));
  }

  /** Shown when it fires, again only when it is half as bad again, and when it is over. */
  @Test
  void whatIsShown() {
    try (CapturedLog log = new CapturedLog(Health.class)) {
      Health health = health();
      long step = 0;
      for (double clamped : new double[] {0.05, 0.2, 0.25, 0.31, 0.2, 0.1, 0.2}) {
        step++;
        SortedMap<String, Double> fired =
            health.alarms(new TreeMap<>(Map.of("step", step, "clamped_frac", clamped)));
        assertThat(fired.keySet()).isEqualTo(clamped > 0.1 ? Set.of("clamped") : Set.of());
      }
      assertThat(log.lines().stream().map(line -> line.replaceAll(", alarm_.*", "")))
          .containsExactly(
              "WARN alarm clamped after step 2: 0.200",
              "WARN alarm clamped after step 4: 0.310",
              "INFO alarm clamped is over after step 6",
              "WARN alarm clamped after step 7: 0.200");
    }
  }

  private static Health health() {
    Options options =
        TrainingConfig.read(
            new DpoMethod(), Optional.empty(), Map.of("f-divergence-type", "forward_kl"));
    try (DecoderPolicy policy = DecoderPolicy.load(Runs.MODEL, ComputeDevice.CPU)) {
      return new Health()
          .watching(
              options.get(PairHealthOptions.class),
              new DpoMethod().recipe(options),
              Runs.pairs(0, 1),
              policy);
    }
  }

  @Test
  void alarmsThatNothingCanRaise() {
    assertRefused(
        Map.of("alarm-kl", "3"),
        "--alarm-kl: alarm_kl is 3.0, but kl_samples is 0; remove it, or set kl_samples");
    assertRefused(
        Map.of("alarm-clamped", "0.3"),
        "--alarm-clamped: alarm_clamped is 0.3, but no loss_type or f_divergence_type caps; remove it");
    assertRefused(
        Map.of("kl-samples", "1"),
        "--kl-samples: kl_samples is 1; expected 0, or a whole number of at least 2 (one has no standard error)");
    assertThatThrownBy(
            () ->
                TrainingConfig.read(
                    new ModpoMethod(),
                    Optional.empty(),
                    Map.of("weights", "0.5,0.5", "margins", "length", "alarm-clamped", "0.3")))
        .hasMessage("--alarm-clamped: alarm_clamped is 0.3, but modpo caps no exponent; remove it");
    assertThatThrownBy(
            () ->
                TrainingConfig.read(
                    new SftMethod(), Optional.empty(), Map.of("alarm-displacement", "0.1")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown flag --alarm-displacement");
  }

  private static void assertRefused(Map<String, String> flags, String message) {
    assertThatThrownBy(() -> TrainingConfig.read(new DpoMethod(), Optional.empty(), flags))
        .isExactlyInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void promptsThatLeaveNoRoom() {
    assertThatThrownBy(
            () -> run(Runs.data(), "kl-samples", "4", "kl-max-new-tokens", "100000").start())
        .hasMessageStartingWith(
            "kl_samples needs 2 different prompts that leave room for kl_max_new_tokens, but there are 0");
    assertThat(out).doesNotExist();
  }
}
