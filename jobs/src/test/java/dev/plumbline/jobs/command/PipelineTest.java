package dev.plumbline.jobs.command;

import static dev.plumbline.jobs.command.Sandbox.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.jobs.command.Sandbox.Ended;
import dev.plumbline.lm.io.Hashes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands one after another, as people use them, on a model of a few thousand parameters. */
class PipelineTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private Path train(String method, Path model, Path data, String name, Object... more) {
    Path output = folder.resolve(name);
    Object[] quiet = Stream.concat(Stream.of("--progress", "none"), Arrays.stream(more)).toArray();
    Ended ended = Sandbox.train(method, model, data, output, quiet).done();
    assertThat(ended.out()).isEqualTo(output.resolve("model") + "\n");
    return output;
  }

  @Test
  void trainSampleAndCompare() throws Exception {
    Path sft =
        train("sft", Sandbox.MODEL, Sandbox.DEMONSTRATIONS, "sft", "--lr", "1e-2", "--epochs", "4");
    Path dpo = train("dpo", sft.resolve("model"), Sandbox.PAIRS, "dpo", "--lr", "1e-3");
    assertThat(losses(sft, "loss").get(0)).isGreaterThan(last(losses(sft, "loss")) + 0.5);
    assertThat(losses(dpo, "eval_loss")).isNotEmpty();

    Path answers = folder.resolve("answers.jsonl");
    Object[] generate = {
      "generate",
      "--model",
      dpo,
      "--prompts",
      Sandbox.TASK.prompts(),
      "--output",
      answers,
      "--samples",
      "2",
      "--seed",
      "5",
      "--max-new-tokens",
      "30"
    };
    run(generate).done();
    String first = Files.readString(answers);
    assertThat(first.lines()).hasSize(16);
    run(generate).refused(2, answers + " exists already", "--overwrite");
    Files.delete(answers);
    run(generate).done();
    assertThat(Files.readString(answers)).as("the same seed").isEqualTo(first);

    Path report = folder.resolve("report");
    Ended ended =
        run(
                "eval",
                "win-rate",
                "--policy",
                answers,
                "--reference",
                sft,
                "--prompts",
                Sandbox.TASK.prompts(),
                "--oracle",
                "errands",
                "--samples",
                "2",
                "--output",
                report,
                "--max-new-tokens",
                "30")
            .done();
    assertThat(ended.out()).contains("8 prompts", "2 samples each", report + "/report.html");
    JsonNode json = JSON.readTree(report.resolve("report.json").toFile());
    assertThat(json.at("/win_rate").asDouble()).isBetween(0.0, 1.0);
    assertThat(json.at("/win_rate_ci95")).hasSize(2);
    assertThat(Files.readString(report.resolve("report.html"))).contains("<svg", "sft");
  }

  @Test
  void aFinishedRunIsLeftAloneAndOnlyTheSameRunGoesOn() throws Exception {
    Path run = train("sft", Sandbox.MODEL, Sandbox.DEMONSTRATIONS, "run", "--max-steps", "3");
    String hash = Hashes.of(run.resolve("model/model.safetensors"));
    Object[] again = {
      "train",
      "sft",
      "--model",
      Sandbox.MODEL,
      "--data",
      Sandbox.DEMONSTRATIONS,
      "--output",
      run,
      "--progress",
      "none",
      "--resume",
      "--max-steps",
      "3"
    };
    run(again).done();
    assertThat(Hashes.of(run.resolve("model/model.safetensors"))).isEqualTo(hash);

    again[again.length - 1] = "4";
    run(again).refused(2, "cannot resume", "max_steps was 3 and is 4");
    again[7] = folder.resolve("none");
    run(again).refused(2, "no run to resume", "--resume");
  }

  /** The config that a run writes makes the same run again. */
  @Test
  void theWrittenConfigMakesTheSameRun() throws Exception {
    Path run =
        train("dpo", Sandbox.MODEL, Sandbox.PAIRS, "run", "--max-steps", "2", "--lr", "1e-3");
    Path other = folder.resolve("other");
    run("train", "dpo", "--config", run.resolve("config.yaml"), "--output", other).done();
    assertThat(Hashes.of(other.resolve("model/model.safetensors")))
        .isEqualTo(Hashes.of(run.resolve("model/model.safetensors")));
    assertThat(other.resolve("metrics.jsonl"))
        .hasSameTextualContentAs(run.resolve("metrics.jsonl"));
  }

  @Test
  void staleReferencesAreAnError() {
    Path cache = folder.resolve("cache.jsonl");
    train(
        "dpo", Sandbox.MODEL, Sandbox.PAIRS, "one", "--max-steps", "1", "--reference-cache", cache);
    train(
        "dpo", Sandbox.MODEL, Sandbox.PAIRS, "two", "--max-steps", "1", "--reference-cache", cache);
    Path output = folder.resolve("three");
    run(
            "train",
            "dpo",
            "--model",
            folder.resolve("one/model"),
            "--data",
            Sandbox.PAIRS,
            "--output",
            output,
            "--reference-cache",
            cache,
            "--progress",
            "none")
        .refused(1, "stale reference log-probs", cache.toString(), "weights");
    assertThat(output).doesNotExist();
  }

  /** Labels that follow the truth are learnt across prompts; shuffled ones are not. */
  @Test
  void crossValidation() throws Exception {
    Path sft =
        train("sft", Sandbox.MODEL, Sandbox.DEMONSTRATIONS, "sft", "--lr", "1e-2", "--epochs", "8");
    Path output = folder.resolve("cv");
    Ended ended =
        Sandbox.crossValidate(
                sft.resolve("model"),
                output,
                "--folds",
                "3",
                "--lr",
                "3e-3",
                "--num-train-epochs",
                "6",
                "--progress",
                "none")
            .done();
    JsonNode report = JSON.readTree(output.resolve("report.json").toFile());
    assertThat(ended.out()).contains("60 pairs", "3 folds over prompts", "shuffled labels");
    assertThat(report.at("/n_pairs").asInt()).isEqualTo(60);
    assertThat(report.at("/reward_accuracy_ci95/0").asDouble()).as(ended.out()).isGreaterThan(0.5);
    assertThat(report.at("/shuffled_reward_accuracy_ci95/0").asDouble())
        .as(ended.out())
        .isLessThan(0.5);
    assertThat(output.resolve("fold-1/metrics.jsonl")).isRegularFile();
    assertThat(output.resolve("fold-1/model")).doesNotExist();
    assertThat(output.resolve("shuffled-3/metrics.jsonl")).isRegularFile();
  }

  @Test
  void aCrossValidationCutsNoRow() {
    Path output = folder.resolve("cv");
    Sandbox.crossValidate(Sandbox.MODEL, output, "--max-length", "20")
        .refused(1, "more than max_length 20", "prepare the data with --max-length 20");
    assertThat(output).doesNotExist();
  }

  private static List<Double> losses(Path run, String name) throws Exception {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .map(PipelineTest::parse)
        .filter(line -> line.has(name))
        .map(line -> line.path(name).asDouble())
        .toList();
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double last(List<Double> values) {
    return values.get(values.size() - 1);
  }
}
