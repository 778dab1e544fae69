package dev.plumbline.jobs.command;

import static dev.plumbline.jobs.command.Sandbox.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.jobs.command.Sandbox.Ended;
import dev.plumbline.jobs.sweep.EvaluateOptions;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.train.config.OptionDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sweeps of a model of a few thousand parameters. */
class SweepTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path output;

  @BeforeEach
  void name() {
    output = folder.resolve("sweep");
  }

  /** Writes a sweep of DPO: what all share, and more lines. */
  private Path config(String options, String more) throws IOException {
    return config(options, more, "dpo");
  }

  private Path config(String options, String more, String method) throws IOException {
    return Files.writeString(
        folder.resolve("sweep.yaml"),
        """
        method: %s
        options:
          model: %s
          data: %s
          max_steps: 4
          save_steps: 2
          per_device_train_batch_size: 4
          progress: none
        %s
        evaluate:
          prompts: %s
          oracle: errands
          objectives: [errands, shorter]
          max_new_tokens: 20
          samples: 2
          resamples: 200
        %s
        """
            .formatted(
                method,
                Sandbox.MODEL,
                Sandbox.PAIRS,
                options.indent(2),
                Sandbox.TASK.prompts(),
                more));
  }

  private Path grid() throws IOException {
    return config(
        "learning_rate: 1e-2",
        """
        grid: {f_divergence_type: [reverse_kl, js_divergence], beta: [0.1, 0.5]}
        runs: [{name: fine-tuned, method: dpo, loss_type: [sigmoid, sft], loss_weights: [1, 0.5]}]
        soups: [{name: soup, of: ["f_divergence_type=reverse_kl,beta=0.1", fine-tuned], weights: [0.25, 0.75]}]
        seeds: [1, 2]
        """);
  }

  private Ended sweep(Path config, Object... more) {
    return run(
        Stream.concat(Stream.of("sweep", "--config", config, "--output", output), Stream.of(more))
            .toArray());
  }

  private JsonNode json() throws IOException {
    return JSON.readTree(output.resolve("sweep.json").toFile());
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  @Test
  void aGridWithNamedRunsAndASoupIsTrainedAndCompared() throws Exception {
    Ended ended = sweep(grid()).done();
    assertThat(ended.out())
        .contains(
            "point",
            "f_divergence_type=js_divergence,beta=0.5  2 ",
            "supports no claim",
            "hypervolume",
            output.resolve("sweep.html").toString())
        .doesNotContain("%  prompts only");
    JsonNode json = json();
    assertThat(list(json.path("points")).stream().map(point -> point.path("name").asText()))
        .containsExactly(
            "f_divergence_type=reverse_kl,beta=0.1",
            "f_divergence_type=reverse_kl,beta=0.5",
            "f_divergence_type=js_divergence,beta=0.1",
            "f_divergence_type=js_divergence,beta=0.5",
            "fine-tuned",
            "soup");
    for (JsonNode point : json.path("points")) {
      assertThat(point.path("seeds")).hasSize(2);
      assertThat(point.path("interval_covers").asText()).isEqualTo("seeds");
      assertThat(point.at("/objectives/errands_ci95")).hasSize(2);
      assertThat(point.path("kl_se").isNumber()).isTrue();
    }
    assertThat(json.path("reference_scores").path("kl").asDouble()).isZero();
    assertThat(output.resolve("references")).isNotEmptyDirectory();
    try (Stream<Path> caches = Files.list(output.resolve("references"))) {
      assertThat(caches).as("all runs share one key").hasSize(1);
    }
    assertThat(output.resolve("runs/fine-tuned/seed-1/reference.jsonl")).doesNotExist();
    assertThat(Files.readString(output.resolve("sweep.html")))
        .contains("<svg", "Pareto front", "f_divergence_type=reverse_kl");
  }

  /** The front of MODPO: a list of weights a point, margins of the answers' length. */
  @Test
  void weightsOfModpoAreAGrid() throws Exception {
    sweep(config("margins: [length]", "grid: {weights: [[0.9, 0.1], [0.1, 0.9]]}", "modpo")).done();
    JsonNode json = json();
    assertThat(list(json.path("points")).stream().map(point -> point.path("name").asText()))
        .containsExactly("weights=0.9+0.1", "weights=0.1+0.9");
    assertThat(json.at("/points/1/settings/weights/1").asDouble()).isEqualTo(0.9);
    assertThat(json.at("/points/0/seeds/0/weights_sha256"))
        .isNotEqualTo(json.at("/points/1/seeds/0/weights_sha256"));
    assertThat(json.path("hypervolume_ci95")).hasSize(2);
  }

  @Test
  void theHelpListsTheKeysOfTheEvaluation() {
    assertThat(run("sweep", "--help").done().out())
        .contains(
            EvaluateOptions.schema().descriptions().stream().map(OptionDescription::key).toList());
  }

  /** As a kill leaves it: one run half done, others not begun, some evaluations missing. */
  @Test
  void aStoppedSweepGoesOnToTheSameEnd() throws Exception {
    Path config = grid();
    sweep(config).done();
    byte[] whole = Files.readAllBytes(output.resolve("sweep.json"));
    Path half = output.resolve("runs/f_divergence_type=reverse_kl,beta=0.5/seed-2");
    String weights = Hashes.of(half.resolve("model/model.safetensors"));
    Path untouched = output.resolve("runs/fine-tuned/seed-1/model/model.safetensors");
    Object written = Files.getLastModifiedTime(untouched);
    ObjectNode manifest = (ObjectNode) JSON.readTree(half.resolve("manifest.json").toFile());
    manifest.remove("result");
    JSON.writeValue(half.resolve("manifest.json").toFile(), manifest);
    WholeFiles.delete(half.resolve("model"));
    WholeFiles.delete(half.resolve("checkpoints/step-4"));
    for (String gone :
        List.of(
            "runs/f_divergence_type=js_divergence,beta=0.5/seed-2",
            "soups/soup/seed-2",
            "evaluations/f_divergence_type=reverse_kl,beta=0.5/seed-2.json",
            "evaluations/f_divergence_type=js_divergence,beta=0.5/seed-2.json",
            "evaluations/fine-tuned/seed-2.json",
            "evaluations/soup/seed-2.json",
            "sweep.json",
            "sweep.html")) {
      assertThat(output.resolve(gone)).exists();
      WholeFiles.delete(output.resolve(gone));
    }

    sweep(config).refused(2, output + " exists already", "--resume");
    sweep(config, "--resume").done();
    assertThat(output.resolve("sweep.json")).hasBinaryContent(whole);
    assertThat(Hashes.of(half.resolve("model/model.safetensors"))).isEqualTo(weights);
    assertThat(Files.getLastModifiedTime(untouched)).isEqualTo(written);
  }

  @Test
  void onlyTheSameSweepGoesOn() throws Exception {
    sweep(config("beta: 0.1", "")).done();
    sweep(config("beta: 0.2", ""), "--resume")
        .refused(2, "cannot resume " + output, "options.beta was 0.1 and is 0.2");
    sweep(config("beta: 0.1", ""), "--resume", "--seeds", "7")
        .refused(2, "seeds was [42] and is [7]");
    output = folder.resolve("none");
    sweep(config("beta: 0.1", ""), "--resume").refused(2, "holds no sweep to resume");
  }

  /** The others go on; the end says what is missing. */
  @Test
  void aRunThatFailsIsToldAndTheOthersGoOn() throws Exception {
    Path config =
        config(
            "loss_type: sigmoid",
            """
            grid: {learning_rate: [1.0e+38, 1.0e-3]}
            soups: [{name: soup, of: ["learning_rate=1.0E38", "learning_rate=0.001"]}]
            """);
    Ended ended = sweep(config, "--seeds", "3");
    assertThat(ended.code()).as(ended.err()).isEqualTo(1);
    assertThat(ended.err().lines().toList())
        .as(ended.err())
        .singleElement()
        .asString()
        .contains("2 of the sweep's policies are missing", "learning_rate=1.0E38, seed 3: ");
    assertThat(ended.out())
        .contains(
            "failed: learning_rate=1.0E38, seed 3: step 2: the loss is NaN",
            "failed: soup, seed 3: run learning_rate=1.0E38 has no model")
        .contains("learning_rate=0.001 ", "prompts only");
    assertThat(json().path("points")).hasSize(1);
    assertThat(json().at("/points/0/seeds/0/seed").asInt()).isEqualTo(3);
    assertThat(json().path("failures")).hasSize(2);
    assertThat(output.resolve("sweep.html")).content().contains("Failed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lerning_rate: 1  |                               | options: unknown key lerning_rate | learning_rate
          beta: -1         |                               | options: beta is -1.0             | above 0
          seed: 1          |                               | seed is 1                         | seeds
          output_dir: x    |                               | output_dir is x                   | --output
          beta: 1          | girds: {}                     | unknown key girds                 | grid
          beta: 1          | 'grid: {beta: [0.1, one]}'    | grid: beta is 'one'               | number
          beta: 1          | 'grid: {betta: [0.1]}'        | grid: unknown key betta           | beta
          beta: 1          | 'grid: {beta: 0.1}'           | grid: beta is '0.1'               | a list
          beta: 1          | 'grid: {beta: []}'            | grid: beta                        | at least one
          beta: 1          | 'grid: {beta: [0.1, 0.1]}'    | beta=0.1 comes twice              | remove
          beta: 1          | 'grid: 3'                     | grid is '3'                       | mapping
          beta: 1          | 'runs: [{beta: 2}]'           | runs 1: name is missing           | name
          beta: 1          | 'runs: [{name: ../a}]'        | name is '../a'                    | letters
          beta: 1          | 'runs: [{name: a, method: dqo}]' | runs 1: method is 'dqo'        | dpo
          beta: 1          | 'runs: [{name: a, method: sft}]' | unknown key beta               | beta
          beta: 1          | 'soups: [{name: a, of: [dqo]}]'  | soups 1: of is 'dqo'           | dpo
          beta: 1          | 'soups: [{name: a, of: [dpo], weights: [2]}]' | weights           | add up to 1
          beta: 1          | 'soups: [{name: dpo, of: [dpo]}]' | dpo comes twice               | remove
          beta: 1          | 'grid: {model: [a, b]}'       | start from different models       | evaluate.reference
          beta: 1          | 'seeds: [1, x]'               | seeds is                          | whole numbers
          beta: 1          | 'seeds: [1, 1]'               | seed 1 comes twice                | remove
          eval_batch_size: 3 | 'runs: [{name: a, max_length: 5, per_device_eval_batch_size: 3, eval_batch_size: 4}]' | are the same option | runs 1
          """)
  void aWrongFileIsRefusedInALine(String options, String more, String named, String expected)
      throws Exception {
    Path config = config(options, more == null ? "" : more);
    sweep(config).refused(2, config.toString(), named, expected);
    assertThat(output).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          oracle: errands    | oracle: erands      | evaluate: oracle is 'erands' | errands
          oracle: errands    | ''                  | evaluate: oracle is missing | oracle
          resamples: 200     | resamples: 20       | evaluate: resamples is 20   | 100
          resamples: 200     | temprature: 1       | evaluate: unknown key temprature | temperature
          samples: 2         | samples: 0          | evaluate: samples is 0      | at least 1
          samples: 2         | temperature: -1     | evaluate: temperature is -1 | 0 (greedy)
          objectives: [errands, shorter] | objectives: [shroter] | evaluate: objectives is 'shroter' | shorter
          objectives: [errands, shorter] | objectives: [errands, errands]  | evaluate: objectives        | different
          """)
  void aWrongEvaluationIsRefusedInALine(String from, String to, String named, String expected)
      throws Exception {
    Path config = config("beta: 1", "");
    Files.writeString(config, Files.readString(config).replace("\n  " + from, "\n  " + to));
    sweep(config).refused(2, config.toString(), named, expected);
    assertThat(output).doesNotExist();
  }

  @Test
  void whatCannotWorkIsToldBeforeTheFirstRun() throws Exception {
    Path config = config("beta: 1", "");
    Files.writeString(
        config, Files.readString(config).replace(Sandbox.MODEL.toString(), "nowhere"));
    sweep(config).refused(1, "nowhere");
    assertThat(output).doesNotExist();
    config = config("beta: 1", "");
    Files.writeString(
        config, Files.readString(config).replace("max_new_tokens: 20", "max_new_tokens: 1000"));
    sweep(config).refused(1, "1000", "positions");
    assertThat(output).doesNotExist();
  }

  @Test
  void aUsersOwnCacheWinsAndAReferenceFreeRunHasNone() throws Exception {
    Path cache = folder.resolve("cache.jsonl");
    Path config =
        config(
            "beta: 1",
            "runs: [{name: own, reference_cache: %s}, {name: free, reference_free: true}]"
                .formatted(cache));
    sweep(config).done();
    assertThat(cache).isRegularFile();
    assertThat(output.resolve("references")).isEmptyDirectory();
    Path again = folder.resolve("again");
    run(
            "train",
            "dpo",
            "--config",
            output.resolve("runs/free/seed-42/config.yaml"),
            "--output",
            again)
        .done();
  }
}
