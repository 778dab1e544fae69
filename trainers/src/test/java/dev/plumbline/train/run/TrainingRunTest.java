package dev.plumbline.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.sft.SftMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
  @TempDir Path folder;
  private Path out;

  @BeforeEach
  void nameTheRun() {
    out = folder.resolve("run");
  }

  /** Flags of a short run. */
  private Map<String, String> flags(String... changes) {
    return Runs.with(
        Runs.with(Runs.flags(out), "num-train-epochs", "1", "warmup-steps", "0"), changes);
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aRunIsAFolder() throws IOException {
    TrainingRun.Result result = Runs.dpo(flags(), Runs.data()).start();
    assertThat(names(out))
        .containsExactly(
            "checkpoints",
            "config.yaml",
            "environment.json",
            "manifest.json",
            "metrics.jsonl",
            "model",
            "reference.jsonl",
            "timing.jsonl");
    assertThat(names(out.resolve("checkpoints"))).containsExactly("step-4");
    JsonNode manifest = json(out.resolve("manifest.json"));
    try (DecoderPolicy before = DecoderPolicy.load(Runs.MODEL, ComputeDevice.CPU);
        DecoderPolicy after = DecoderPolicy.load(result.model(), ComputeDevice.CPU)) {
      assertThat(manifest.at("/model/weights_sha256").asText()).isEqualTo(before.weightsHash());
      assertThat(manifest.at("/result/weights_sha256").asText())
          .isEqualTo(after.weightsHash())
          .isNotEqualTo(before.weightsHash());
    }
    assertThat(manifest.at("/method").asText()).isEqualTo("dpo");
    assertThat(manifest.at("/data/rows").asInt()).isEqualTo(40);
    assertThat(manifest.at("/evaluation/rows").asInt()).isEqualTo(16);
    assertThat(manifest.at("/result/steps").asInt()).isEqualTo(5);
    assertThat(manifest.at("/result/best_step").asInt()).isEqualTo(5);
    assertThat(manifest.at("/result/moved_nats_per_token").asDouble()).isGreaterThan(1e-3);
    JsonNode session = json(out.resolve("environment.json")).at("/sessions/0");
    assertThat(session.has("finished")).isTrue();
    assertThat(session.path("libtorch").asText()).startsWith("2.");
    assertThat(Files.readAllLines(out.resolve("metrics.jsonl"))).hasSize(3);
  }

  /**
   * The loss of the first step is ln 2: policy and reference agree, mask, shift and pairing too.
   */
  @Test
  void startsAtLogTwo() throws IOException {
    Runs.dpo(flags("logging-steps", "1", "max-steps", "1", "num-train-epochs", null), Runs.data())
        .start();
    String first = Files.readAllLines(out.resolve("metrics.jsonl")).get(0);
    assertThat(new ObjectMapper().readTree(first).path("loss").asDouble())
        .isBetween(Math.log(2) - 1e-6, Math.log(2) + 1e-6);
  }

  @Test
  void theConfigOfARunMakesTheSameRunAgain() throws IOException {
    Runs.dpo(flags(), Runs.data()).start();
    Path again = folder.resolve("again");
    new TrainingRun<>(
            new dev.plumbline.train.dpo.DpoMethod(),
            TrainingConfig.read(
                new dev.plumbline.train.dpo.DpoMethod(),
                Optional.of(out.resolve("config.yaml")),
                Map.of("output-dir", again.toString())),
            Runs.data())
        .start();
    for (String file :
        List.of("manifest.json", "metrics.jsonl", "reference.jsonl", "model/model.safetensors")) {
      assertThat(again.resolve(file)).hasSameBinaryContentAs(out.resolve(file));
    }
  }

  @Test
  void anExistingFolderIsRefusedUnlessResumed() throws IOException {
    TrainingRun.Result first = Runs.dpo(flags(), Runs.data()).start();
    assertThatThrownBy(() -> Runs.dpo(flags(), Runs.data()).start())
        .isInstanceOf(UsageException.class)
        .hasMessage(
            out
                + " exists already; --resume goes on with the run in it, or choose another output_dir");
    FileTime written = Files.getLastModifiedTime(out.resolve("model/model.safetensors"));
    assertThat(Runs.dpo(flags(), Runs.data()).resume().manifest().get("result").toString())
        .isEqualTo(first.manifest().get("result").toString());
    assertThat(Files.getLastModifiedTime(out.resolve("model/model.safetensors")))
        .as("a finished run is left as it is")
        .isEqualTo(written);
  }

  @Test
  void resumingNeedsARun() throws IOException {
    assertThatThrownBy(() -> Runs.dpo(flags(), Runs.data()).resume())
        .isInstanceOf(UsageException.class)
        .hasMessage(out + " is not there, so there is no run to resume; leave out --resume");
    Files.createDirectory(out);
    assertThatThrownBy(() -> Runs.dpo(flags(), Runs.data()).resume())
        .isInstanceOf(UsageException.class)
        .hasMessage(
            out + " holds no run to resume; leave out --resume, or name the folder of a run");
  }

  @Test
  void resumingRefusesWhatHasChangedByName() {
    Runs.dpo(flags(), Runs.data()).start();
    assertCannotResume(
        Runs.dpo(flags("learning-rate", "1e-3"), Runs.data()),
        "learning_rate was 0.002 and is 0.001");
    assertCannotResume(
        Runs.dpo(flags("loss-type", "hinge"), Runs.data()),
        "loss_type was [sigmoid] and is [hinge]");
    assertCannotResume(
        Runs.dpo(flags(), TrainingData.of(Runs.pairs(0, 39), Runs.pairs(40, 56))),
        "data.rows was 40 and is 39");
    assertCannotResume(
        Runs.dpo(flags(), TrainingData.of(Runs.pairs(1, 41), Runs.pairs(40, 56))),
        "data.given_rows_sha256 was ");
    assertCannotResume(
        Runs.dpo(flags("model", Golden.model("llama-mha").toString()), Runs.data()),
        "model.weights_sha256 was ");
  }

  private void assertCannotResume(TrainingRun<?> run, String because) {
    assertThatThrownBy(run::resume)
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("cannot resume " + out + ": " + because)
        .hasMessageEndingWith("; put it back, or start a new run");
  }

  @Test
  void supervisedFineTuning() throws IOException {
    Map<String, String> flags = flags("eval-steps", null);
    TrainingData<CompletionRow> data = TrainingData.of(Runs.completions(0, 40), List.of());
    new TrainingRun<>(
            new SftMethod(), TrainingConfig.read(new SftMethod(), Optional.empty(), flags), data)
        .start();
    List<String> lines = Files.readAllLines(out.resolve("metrics.jsonl"));
    JsonNode last = new ObjectMapper().readTree(lines.get(lines.size() - 1));
    List<String> names = new ArrayList<>();
    last.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactly(
            "step",
            "epoch",
            "loss",
            "grad_norm",
            "learning_rate",
            "num_tokens",
            "entropy",
            "mean_token_accuracy");
    assertThat(out.resolve("reference.jsonl")).doesNotExist();
  }

  @Test
  void longRowsAreCutAndTooLongOnesLeftOutWithACount() throws IOException {
    // Prompts have 3 to 10 tokens here; those of at least 8 leave no room.
    Runs.dpo(flags("max-length", "8"), Runs.data()).start();
    JsonNode data = json(out.resolve("manifest.json")).path("data");
    long tooLong = Runs.pairs(0, 40).stream().filter(row -> row.prompt().length >= 8).count();
    assertThat(data.path("dropped_rows").asLong()).isEqualTo(tooLong).isPositive();
    assertThat(data.path("rows").asLong()).isEqualTo(40 - tooLong);
    assertThat(data.path("cut_rows").asInt()).isPositive();
    assertThat(data.path("cut_tokens").asInt()).isPositive();
    assertThat(data.path("lost_eos").asInt()).isPositive();
    List<String> dropped = Files.readAllLines(out.resolve("dropped.jsonl"));
    assertThat(dropped.stream().filter(line -> line.contains("\"split\":\"train\"")))
        .hasSize((int) tooLong);
    assertThat(dropped.get(0)).contains("\"id\":\"pair-", "\"reason\":\"prompt_too_long\"");
  }

  @Test
  void nothingLeftIsAnError() {
    assertThatThrownBy(() -> Runs.dpo(flags("max-length", "2"), Runs.data()).start())
        .isExactlyInstanceOf(PlumblineException.class)
        .hasMessage(
            "max_length 2 leaves none of 40 training rows: their prompts alone are as long; raise it");
    assertThatThrownBy(
            () ->
                Runs.dpo(flags("eval-steps", null), TrainingData.of(List.of(), List.of())).start())
        .hasMessage("the data hold no row to train on");
    assertThat(out).doesNotExist();
  }

  @Test
  void rowsThatCannotBeTrainedOnAreNamed() {
    assertBadRow(
        new PairRow("r", new int[0], new int[] {1}, new int[] {2}, Double.NaN, Double.NaN, 1),
        "row r has an empty prompt; expected at least one token, such as a BOS");
    assertBadRow(
        new PairRow("r", new int[] {1}, new int[] {1}, new int[0], Double.NaN, Double.NaN, 1),
        "row r has an empty completion; expected at least one token, such as the EOS");
    assertBadRow(
        new PairRow("r", new int[] {1}, new int[] {97}, new int[] {2}, Double.NaN, Double.NaN, 1),
        "row r has token id 97; expected 0 to 96, the model's vocabulary: prepare the data with its"
            + " tokenizer");
    assertBadRow(
        new PairRow("r", new int[] {1}, new int[] {1}, new int[] {2}, Double.NaN, Double.NaN, 0),
        "row r has weight 0.0; expected a finite number above 0");
  }

  private void assertBadRow(PairRow row, String message) {
    List<PairRow> rows = new ArrayList<>(Runs.pairs(0, 3));
    rows.add(row);
    assertThatThrownBy(
            () -> Runs.dpo(flags("eval-steps", null), TrainingData.of(rows, List.of())).start())
        .isExactlyInstanceOf(PlumblineException.class)
        .hasMessage(message);
    assertThat(out).doesNotExist();
  }

  @Test
  void anotherTokenizersDataAreRefused() {
    TrainingData<PairRow> data =
        new TrainingData<>(
            Runs.pairs(0, 4), Runs.pairs(4, 8), Optional.of("abc"), Optional.empty(), Map.of());
    assertThatThrownBy(() -> Runs.dpo(flags(), data).start())
        .isExactlyInstanceOf(PlumblineException.class)
        .hasMessageStartingWith(
            "the data were prepared with another tokenizer (abc) than that of ");
  }

  @Test
  void optionsOfAnEvaluationNeedOne() {
    assertThatThrownBy(
            () ->
                Runs.dpo(
                        flags("early-stopping-patience", "2"),
                        TrainingData.of(Runs.pairs(0, 8), List.of()))
                    .start())
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "--early-stopping-patience: early_stopping_patience is 2, but there is no evaluation set;"
                + " remove it, or add eval_data");
    assertThatThrownBy(
            () ->
                new TrainingRun<>(
                        new SftMethod(),
                        TrainingConfig.read(new SftMethod(), Optional.empty(), flags()),
                        TrainingData.of(Runs.completions(0, 8), List.of()))
                    .start())
        .as(
            "pairs have alarms, which are looked at where evaluations are due; this method has none")
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "--eval-steps: eval_steps is 5, but there is no evaluation set; remove it, or add"
                + " eval_data");
    assertThat(out).doesNotExist();
  }

  @Test
  void dataPreparedForTheRunMoveIntoIt() throws IOException {
    Path prepared = Files.createDirectories(folder.resolve("prepared/train"));
    Files.writeString(prepared.resolve("rows.parquet"), "rows");
    Runs.dpo(flags(), Runs.data()).keepData(prepared.getParent()).start();
    assertThat(out.resolve("data/train/rows.parquet")).hasContent("rows");
    assertThat(prepared.getParent()).doesNotExist();
  }

  @Test
  void modelAndFolderMustBeNamed() {
    assertThatThrownBy(() -> Runs.dpo(flags("model", null), Runs.data()))
        .isInstanceOf(UsageException.class)
        .hasMessage("model_name_or_path is not set; expected a path");
    assertThatThrownBy(() -> Runs.dpo(flags("output-dir", null), Runs.data()))
        .hasMessage("output_dir is not set; expected a path");
  }
}
