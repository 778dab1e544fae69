package dev.plumbline.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.train.dpo.DpoMethod;
import dev.plumbline.train.kto.KtoMethod;
import dev.plumbline.train.modpo.ModpoMethod;
import dev.plumbline.train.orpo.OrpoMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of methods that need more than a fixed reference, on a small decoder. */
class MethodRunsTest {
  @TempDir Path folder;

  private Map<String, String> loop;

  @BeforeEach
  void loop() {
    loop = new HashMap<>(Runs.flags(folder.resolve("unused")));
    loop.remove("num-train-epochs");
    loop.put("max-steps", "6");
    loop.put("save-steps", "3");
    loop.put("logging-steps", "1");
    loop.put("eval-steps", "3");
  }

  @Test
  void kto() throws IOException {
    Path run =
        run(new KtoMethod(), unpaired(), Map.of("kl-samples", "2", "kl-max-new-tokens", "4"))
            .folder();
    assertThat(Files.readString(run.resolve("metrics.jsonl")))
        .contains("\"kl\":", "\"eval_kl\":", "\"eval_sample_kl\":", "\"rewards/margins\":");
  }

  @Test
  void orpo() throws IOException {
    Path run = run(new OrpoMethod(), Runs.data(), Map.of()).folder();
    assertThat(Files.readString(run.resolve("metrics.jsonl"))).contains("\"log_odds_ratio\":");
    assertThat(run.resolve("reference.jsonl")).doesNotExist();
  }

  /** The implicit reward of a model that dpo trained, with the beta that is kept with it. */
  @Test
  void modpoWithAnotherModelsReward() throws IOException {
    Path other = run(new DpoMethod(), Runs.data(), Map.of("beta", "0.5")).model();
    assertThat(Files.readString(other.resolve("implicit_reward.json"))).contains("\"beta\" : 0.5");
    Map<String, String> flags = Map.of("weights", "0.5,0.5", "margins", "model:" + other);
    Path run = run(new ModpoMethod(), Runs.data(), flags).folder();
    assertThat(Files.readString(run.resolve("metrics.jsonl"))).contains("\"margins/dpo\":");
    try (var files = Files.list(run)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("reference")))
          .hasSize(2);
    }
  }

  @Test
  void modpoRefusesARewardOfAnotherReference() {
    Path other = run(new DpoMethod(), Runs.data(), Map.of()).model();
    Path third = run(new DpoMethod(), Runs.data(), Map.of("model", other.toString()), "b").model();
    Map<String, String> flags = Map.of("weights", "0.5,0.5", "margins", "model:" + third);
    assertThatThrownBy(() -> run(new ModpoMethod(), Runs.data(), flags))
        .isInstanceOf(PlumblineException.class)
        .hasMessage(
            third
                + " was trained against another reference than this run's; train both against one");
  }

  @Test
  void modpoWithAColumn() throws IOException {
    List<PairRow> rows =
        Runs.pairs(0, 40).stream()
            .map(row -> row.withMargins(Map.of("brevity", new Margin(-1, -2))))
            .toList();
    Map<String, String> flags = Map.of("weights", "1,0.1", "margins", "column:brevity");
    Path run = run(new ModpoMethod(), TrainingData.of(rows, List.of()), flags).folder();
    assertThat(Files.readString(run.resolve("metrics.jsonl"))).contains("\"margins/brevity\":1.0");
  }

  /** The moving reference is part of a checkpoint: a resumed run ends where the other one did. */
  @Test
  void trDpoResumes() throws IOException {
    Map<String, String> sync = Map.of("sync-ref-model", "true", "ref-model-sync-steps", "2");
    TrainingRun.Result whole = run(new DpoMethod(), Runs.data(), sync);
    Path checkpoint = whole.folder().resolve("checkpoints/step-3");
    assertThat(checkpoint.resolve("companion")).isNotEmptyDirectory();
    String weights = Files.readString(whole.folder().resolve("manifest.json"));
    String metrics = Files.readString(whole.folder().resolve("metrics.jsonl"));
    WholeFiles.delete(whole.folder().resolve("checkpoints/step-6"));
    WholeFiles.delete(whole.model());
    Path manifest = whole.folder().resolve("manifest.json");
    Files.writeString(manifest, weights.replaceAll("(?s),\\s*\"result\".*", "\n}\n"));
    training(new DpoMethod(), Runs.data(), sync, "dpo").resume();
    assertThat(Files.readString(manifest)).isEqualTo(weights);
    assertThat(Files.readString(whole.folder().resolve("metrics.jsonl"))).isEqualTo(metrics);
  }

  private static TrainingData<UnpairedRow> unpaired() {
    List<UnpairedRow> rows = new ArrayList<>();
    for (PairRow pair : Runs.pairs(0, 24)) {
      boolean good = rows.size() % 2 == 0;
      int[] completion = good ? pair.chosen() : pair.rejected();
      rows.add(new UnpairedRow(pair.id(), pair.prompt(), completion, good, Double.NaN, 1));
    }
    return TrainingData.of(rows.subList(0, 16), rows.subList(16, 24));
  }

  private <R> TrainingRun.Result run(
      Method<R> method, TrainingData<R> data, Map<String, String> own) {
    return run(method, data, own, method.name());
  }

  private <R> TrainingRun.Result run(
      Method<R> method, TrainingData<R> data, Map<String, String> own, String name) {
    return training(method, data, own, name).start();
  }

  private <R> TrainingRun<R> training(
      Method<R> method, TrainingData<R> data, Map<String, String> own, String name) {
    Map<String, String> flags = new HashMap<>(loop);
    flags.put("output-dir", folder.resolve(name).toString());
    flags.putAll(own);
    if (data.evaluation().isEmpty()) {
      flags.remove("eval-steps");
    }
    return new TrainingRun<>(method, TrainingConfig.read(method, Optional.empty(), flags), data);
  }
}
