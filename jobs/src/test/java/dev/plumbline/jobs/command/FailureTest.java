package dev.plumbline.jobs.command;

import static dev.plumbline.jobs.command.Sandbox.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that cannot be used: exit code 1, a line that names the thing and the remedy, no output.
 */
class FailureTest {
  @TempDir Path folder;
  private Path output;

  @BeforeEach
  void choose() {
    output = folder.resolve("run");
  }

  private Sandbox.Ended train(Path model, Path data, Object... more) {
    return Sandbox.train("dpo", model, data, output, more);
  }

  private void damaged(Path model, String... texts) {
    train(model, Sandbox.PAIRS).refused(1, texts);
    assertThat(output).doesNotExist();
    run("generate", "--model", model, "--prompt", "ask Ben").refused(1, texts);
  }

  private Path withConfig(Consumer<ObjectNode> change) throws IOException {
    Path model = Sandbox.copyOfModel(folder);
    ObjectMapper json = new ObjectMapper();
    ObjectNode config = (ObjectNode) json.readTree(model.resolve("config.json").toFile());
    change.accept(config);
    json.writeValue(model.resolve("config.json").toFile(), config);
    return model;
  }

  @Test
  void aModelThatIsNotThere() {
    damaged(folder.resolve("nowhere"), "nowhere");
  }

  @Test
  void aModelWithoutWeights() throws Exception {
    Path model = Sandbox.copyOfModel(folder);
    Files.delete(model.resolve("model.safetensors"));
    damaged(model, model.toString(), "model.safetensors");
  }

  @Test
  void truncatedWeights() throws Exception {
    Path model = Sandbox.copyOfModel(folder);
    try (RandomAccessFile weights =
        new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
      weights.setLength(weights.length() - 1000);
    }
    damaged(model, "model.safetensors", "bytes");
  }

  @Test
  void weightsOfAnotherShape() throws Exception {
    damaged(
        withConfig(config -> config.put("intermediate_size", 50)),
        "mlp",
        "50",
        "48",
        "config.json");
  }

  @Test
  void anUnknownArchitecture() throws Exception {
    damaged(
        withConfig(config -> config.put("model_type", "mamba")), "model_type", "mamba", "llama");
  }

  @Test
  void aVocabularyThatIsNotTheWeights() throws Exception {
    damaged(withConfig(config -> config.put("vocab_size", 130)), "embed_tokens", "130", "117");
  }

  @Test
  void aModelWithoutTokenizer() throws Exception {
    Path model = Sandbox.copyOfModel(folder);
    Files.delete(model.resolve("tokenizer.json"));
    run("generate", "--model", model, "--prompt", "ask Ben").refused(1, "tokenizer.json");
  }

  @Test
  void dataOfAnotherTokenizer() throws Exception {
    Path model = Sandbox.copyOfModel(folder);
    Path tokenizer = model.resolve("tokenizer.json");
    Files.writeString(tokenizer, Files.readString(tokenizer).replace("\" apples\"", "\" figs\""));
    train(model, Sandbox.PAIRS).refused(1, "another tokenizer", "prepare");
    assertThat(output).doesNotExist();
  }

  @Test
  void rowsOfTheWrongKind() {
    train(Sandbox.MODEL, Sandbox.DEMONSTRATIONS).refused(1, "completions", "pairs");
    assertThat(output).doesNotExist();
  }

  @Test
  void dataThatAreNotThere() {
    train(Sandbox.MODEL, folder.resolve("none")).refused(2, "none", "prepare");
    assertThat(output).doesNotExist();
  }

  @Test
  void aLossThatIsNotFinite() throws Exception {
    train(Sandbox.MODEL, Sandbox.PAIRS, "--lr", "1e38", "--progress", "none", "--max-steps", "9")
        .refused(1, "step", "learning_rate");
    assertThat(output.resolve("model")).doesNotExist();
    assertThat(Files.readString(output.resolve("metrics.jsonl"))).doesNotContain("NaN");
  }

  @Test
  void promptsThatCannotBeRead() throws Exception {
    Path prompts =
        Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"a\"}\n{\"text\": 1}\n");
    run("generate", "--model", Sandbox.MODEL, "--prompts", prompts)
        .refused(1, prompts.toString(), "line 2", "prompt");
    Path empty = Files.createFile(folder.resolve("empty.jsonl"));
    run("generate", "--model", Sandbox.MODEL, "--prompts", empty).refused(1, empty.toString());
  }

  @Test
  void answersThatAreMissing() throws Exception {
    Path answers =
        Files.writeString(
            folder.resolve("answers.jsonl"), "{\"prompt\": \"a\", \"completion\": \"b\"}\n");
    run(
            "eval",
            "win-rate",
            "--policy",
            Sandbox.MODEL,
            "--reference",
            answers,
            "--prompts",
            Sandbox.TASK.prompts(),
            "--oracle",
            "longer",
            "--max-new-tokens",
            "9",
            "--output",
            output)
        .refused(1, answers.toString());
    assertThat(output).doesNotExist();
  }
}
