package dev.plumbline.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.train.loop.TrainingHook;
import dev.plumbline.train.sft.SftMethod;
import dev.plumbline.train.track.Events;
import dev.plumbline.train.track.RecordedMlflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are shown elsewhere, whole ones and resumed ones: they stay the runs they are. */
class TrackedRunTest {
  @TempDir static Path folder;
  private static Path untracked;

  @BeforeAll
  static void runOneUntracked() {
    untracked = folder.resolve("untracked");
    run(untracked).start();
  }

  private static TrainingRun<PairRow> run(Path output, String... changes) {
    Map<String, String> flags = Runs.with(Runs.flags(output), "save-steps", "3");
    return Runs.dpo(Runs.with(flags, changes), Runs.data());
  }

  private static void assertUnchanged(Path run) {
    for (String file : List.of("metrics.jsonl", "manifest.json", "model/model.safetensors")) {
      assertThat(run.resolve(file)).hasSameBinaryContentAs(untracked.resolve(file));
    }
  }

  /** What TensorBoard must show: every number of metrics.jsonl, as a float. */
  private static Map<String, TreeMap<Long, Float>> expected() throws IOException {
    Map<String, TreeMap<Long, Float>> all = new HashMap<>();
    for (String line : Files.readAllLines(untracked.resolve("metrics.jsonl"))) {
      JsonNode json = new ObjectMapper().readTree(line);
      json.fields()
          .forEachRemaining(
              field -> {
                String name = field.getKey();
                if (!name.equals("step")) {
                  String tag =
                      name.startsWith("eval_") ? "eval/" + name.substring(5) : "train/" + name;
                  all.computeIfAbsent(tag, any -> new TreeMap<>())
                      .put(json.path("step").asLong(), (float) field.getValue().asDouble());
                }
              });
    }
    assertThat(all).containsKeys("train/rewards/margins", "eval/loss", "eval/logps/chosen");
    return all;
  }

  @Test
  void tensorBoardShowsTheMetrics() throws IOException {
    Path run = folder.resolve("whole");
    run(run, "report-to", "tensorboard").start();
    assertUnchanged(run);
    assertThat(Events.scalars(run.resolve("tensorboard"))).isEqualTo(expected());
    List<Path> files = Events.files(run.resolve("tensorboard"));
    assertThat(files).hasSize(1);
    List<Events.Event> events = Events.read(files.get(0));
    assertThat(events.get(0).fileVersion()).contains("brain.Event:2");
    assertThat(events).noneMatch(Events.Event::start);
    assertThat(events.get(1).texts().get("config/text_summary"))
        .contains("\n    learning_rate: 0.002\n");
  }

  /** Stopped at step 12, resumed after step 9: the second file takes steps 10 and 12 back. */
  @Test
  void tensorBoardOfAResumedRun() throws IOException {
    Path run = folder.resolve("resumed");
    Path events = folder.resolve("elsewhere");
    String[] flags = {"report-to", "tensorboard", "logging-dir", events.toString()};
    stopAt(12, run(run, flags));
    assertThat(Events.scalars(events).get("train/loss")).containsOnlyKeys(3L, 6L, 9L, 12L);
    run(run, flags).resume();
    assertUnchanged(run);
    assertThat(run.resolve("tensorboard")).doesNotExist();
    assertThat(Events.files(events)).hasSize(2);
    assertThat(Events.scalars(events)).isEqualTo(expected());
  }

  private static void stopAt(long step, TrainingRun<PairRow> run) {
    run.hook(
        new TrainingHook() {
          @Override
          public void logged(Map<String, Object> line) {
            if (line.get("step").equals(step)) {
              throw new IllegalStateException("stopped");
            }
          }
        });
    assertThatThrownBy(run::start).hasMessage("stopped");
  }

  /** Every number of the run arrives once, as it is. */
  @Test
  void mlflowIsSentTheMetrics() throws IOException {
    Path run = folder.resolve("mlflow");
    Map<String, Double> sent = new TreeMap<>();
    try (RecordedMlflow server = new RecordedMlflow(RecordedMlflow.recording())) {
      run(run, "report-to", "mlflow,tensorboard", "mlflow-tracking-uri", server.uri()).start();
      for (RecordedMlflow.Exchange exchange : server.received()) {
        for (JsonNode metric :
            exchange.body().isEmpty()
                ? new ObjectMapper().nullNode()
                : new ObjectMapper().readTree(exchange.body()).path("metrics")) {
          String at = metric.path("key").asText() + " " + metric.path("step").asLong();
          assertThat(sent.put(at, metric.path("value").asDouble())).as(at).isNull();
        }
      }
    }
    assertUnchanged(run);
    Map<String, Double> written = new TreeMap<>();
    for (String line : Files.readAllLines(untracked.resolve("metrics.jsonl"))) {
      JsonNode json = new ObjectMapper().readTree(line);
      json.fields()
          .forEachRemaining(
              field ->
                  written.put(
                      field.getKey() + " " + json.path("step"), field.getValue().asDouble()));
    }
    written.keySet().removeIf(key -> key.startsWith("step "));
    assertThat(sent).isEqualTo(written);
  }

  /** A tracker looks on; it is no reason to evaluate, and eval_steps stays without meaning. */
  @Test
  void aTrackerIsNoReasonToEvaluate() {
    Path run = folder.resolve("alone");
    assertThatThrownBy(() -> sft(run, "report-to", "tensorboard").start())
        .hasMessageContaining("eval_steps is 5, but there is no evaluation set");
    sft(run, "report-to", "tensorboard", "eval-steps", null).start();
    assertThat(run.resolve("timing.jsonl"))
        .content()
        .contains("training_seconds")
        .doesNotContain("evaluation_seconds");
  }

  private static TrainingRun<CompletionRow> sft(Path output, String... changes) {
    return new TrainingRun<>(
        new SftMethod(),
        TrainingConfig.read(
            new SftMethod(), Optional.empty(), Runs.with(Runs.flags(output), changes)),
        TrainingData.of(Runs.completions(0, 8), List.of()));
  }
}
