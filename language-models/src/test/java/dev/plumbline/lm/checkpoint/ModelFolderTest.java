package dev.plumbline.lm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.testing.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that are not a whole model, each with the one line that says so. */
class ModelFolderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temporary;

  @Test
  void afolderThatIsNotThere() {
    assertRefused(
        temporary.resolve("none"),
        "model folder " + temporary.resolve("none") + " is not there; expected a Hugging Face");
  }

  @Test
  void afolderWithoutConfig() throws IOException {
    Path folder = copy("llama-mha");
    Files.delete(folder.resolve("config.json"));
    assertRefused(folder, "model folder " + folder + " has no config.json; expected");
  }

  @Test
  void aConfigThatIsNoJson() throws IOException {
    Path folder = copy("llama-mha");
    Files.writeString(folder.resolve("config.json"), "{\n\"model_type\": llama\n}");
    assertRefused(folder, "config.json is not a JSON object", "(line 2)");
    Files.writeString(folder.resolve("config.json"), "");
    assertRefused(folder, "config.json is not a JSON object");
    Files.write(folder.resolve("config.json"), new byte[] {'{', (byte) 0xff, '}'});
    assertRefused(folder, "config.json is not a JSON object");
    Files.writeString(folder.resolve("config.json"), "null");
    assertRefused(folder, "config.json is not a JSON object");
    Files.writeString(folder.resolve("config.json"), "{} {}");
    assertRefused(folder, "config.json is not a JSON object");
  }

  @Test
  void afolderWithoutWeights() throws IOException {
    Path folder = copy("llama-mha");
    Files.delete(folder.resolve("model.safetensors"));
    assertRefused(
        folder, "has neither model.safetensors nor model.safetensors.index.json; weights in");
  }

  @Test
  void truncatedWeights() throws IOException {
    Path folder = copy("llama-mha");
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length - 100));
    assertRefused(folder, weights + " is truncated or no safetensors file");
  }

  @Test
  void missingUnexpectedAndMisshapenTensors() throws IOException {
    Path folder = copy("llama-mha");
    rewrite(folder, "model.layers.1.mlp.up_proj.weight", tensor -> null);
    assertRefused(folder, "the weights lack tensor model.layers.1.mlp.up_proj.weight");

    folder = copy("llama-mha");
    rewrite(folder, "model.norm.weight", tensor -> named("model.norm.bias", tensor));
    assertRefused(folder, "the weights lack tensor model.norm.weight");

    folder = copy("llama-gqa-tied");
    config(folder).put("num_hidden_layers", 1).write();
    assertRefused(
        folder, "model.safetensors: tensor model.layers.1.", " is no part of a llama model");

    folder = copy("llama-mha");
    config(folder).put("intermediate_size", 55).write();
    assertRefused(
        folder, "tensor model.layers.0.mlp.gate_proj.weight has shape [54, 32]; expected [55, 32]");

    folder = copy("llama-bias");
    config(folder).put("mlp_bias", false).write();
    assertRefused(folder, "mlp.down_proj.bias is no part of a llama model");
  }

  @Test
  void aVocabularyOfAnotherSize() throws IOException {
    Path folder = copy("llama-mha");
    config(folder).put("vocab_size", 103).write();
    assertRefused(
        folder,
        "tensor model.embed_tokens.weight has 97 rows, but vocab_size in "
            + folder.resolve("config.json")
            + " is 103");
    Path ids = copy("llama-mha");
    Files.writeString(ids.resolve("generation_config.json"), "{\"eos_token_id\": [2, 97]}");
    assertRefused(ids, "eos_token_id 97 is outside the vocabulary of 97");
  }

  @Test
  void atiedHeadThatDiffersFromTheEmbedding() throws IOException {
    Path folder = copy("formats/tied-with-head");
    try (ModelFolder whole = ModelFolder.open(folder)) {
      assertThat(whole.architecture().parameters())
          .noneMatch(p -> p.name().equals("lm_head.weight"));
    }
    rewrite(folder, "lm_head.weight", tensor -> plus(tensor, 1e-7f));
    assertRefused(
        folder,
        "tensors lm_head.weight and model.embed_tokens.weight differ, but tie_word_embeddings in");
  }

  @Test
  void shardsThatDoNotMatchTheirIndex() throws IOException {
    Path folder = copy("formats/sharded");
    Path index = folder.resolve("model.safetensors.index.json");
    String text = Files.readString(index);
    String first = "model-00001-of-00002.safetensors";
    String second = "model-00002-of-00002.safetensors";

    Files.writeString(index, text.replaceFirst(second, first));
    assertRefused(folder, "weight_map.", "expected the file that holds the tensor");

    Files.writeString(index, text.replaceFirst("\"model.norm.weight\"", "\"model.other.weight\""));
    assertRefused(folder, "weight_map.model.other.weight is \"" + second + "\"; expected the file");

    Files.writeString(index, text.replaceFirst(",\\s*\"model.norm.weight\": \"[^\"]*\"", ""));
    assertRefused(folder, "weight_map.model.norm.weight is missing; expected its file, " + second);

    Files.writeString(index, text.replace(first, "../" + first));
    assertRefused(folder, "expected the name of a file in the same folder");

    Files.writeString(index, text);
    Files.copy(folder.resolve(first), folder.resolve("spare.safetensors"));
    Files.writeString(index, text.replaceFirst(first, "spare.safetensors"));
    assertRefused(folder, "both hold tensor");

    Files.writeString(index, text);
    Files.delete(folder.resolve(first));
    assertRefused(folder, folder.resolve(first) + " cannot be read");
  }

  /** Old checkpoints hold the frequencies of their rotary positions. */
  @Test
  void buffersThatFollowFromTheConfigAreLetBe() throws IOException {
    Path folder = copy("llama-mha");
    rewrite(
        folder,
        "model.norm.weight",
        tensor -> tensor,
        new TensorWriter.Tensor(
            "model.layers.0.self_attn.rotary_emb.inv_freq",
            List.of(4L),
            floats(new float[] {1, 2, 3, 4})));
    try (ModelFolder model = ModelFolder.open(folder)) {
      assertThat(model.config().layers()).isEqualTo(2);
    }
  }

  @Test
  void howWeightsAreStored() {
    try (ModelFolder bf16 = ModelFolder.open(Golden.model("formats/bf16"));
        ModelFolder f16 = ModelFolder.open(Golden.model("formats/f16"));
        ModelFolder f32 = ModelFolder.open(Golden.model("formats/sharded"))) {
      assertThat(bf16.storedType()).isEqualTo(TensorType.BF16);
      assertThat(f16.storedType()).isEqualTo(TensorType.F16);
      assertThat(f32.storedType()).isEqualTo(TensorType.F32);
    }
  }

  private static void assertRefused(Path folder, String... parts) {
    assertThatThrownBy(() -> ModelFolder.open(folder).close())
        .isInstanceOf(PlumblineException.class)
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("\n");
  }

  private Path copy(String model) throws IOException {
    Path source = Golden.model(model);
    Path folder = Files.createTempDirectory(temporary, "model");
    try (var files = Files.list(source)) {
      for (Path file :
          files.filter(f -> !f.getFileName().toString().startsWith("golden")).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    return folder;
  }

  private record Edit(Path file, ObjectNode json) {
    Edit put(String key, int value) {
      json.put(key, value);
      return this;
    }

    Edit put(String key, boolean value) {
      json.put(key, value);
      return this;
    }

    void write() throws IOException {
      Files.writeString(file, json.toString());
    }
  }

  private static Edit config(Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    return new Edit(file, (ObjectNode) JSON.readTree(file.toFile()));
  }

  /** Writes the weights again with one tensor changed, or left out where the change gives null. */
  private static void rewrite(
      Path folder,
      String name,
      UnaryOperator<TensorWriter.Tensor> change,
      TensorWriter.Tensor... further)
      throws IOException {
    Path path = folder.resolve("model.safetensors");
    List<TensorWriter.Tensor> tensors = new ArrayList<>(List.of(further));
    try (TensorFile file = TensorFile.open(path)) {
      for (String each : file.names()) {
        TensorWriter.Tensor tensor =
            new TensorWriter.Tensor(
                each, file.shape(each), floats(TensorFileTest.read(file.values(each))));
        TensorWriter.Tensor kept = each.equals(name) ? change.apply(tensor) : tensor;
        if (kept != null) {
          tensors.add(kept);
        }
      }
    }
    Files.delete(path);
    TensorWriter.write(path, TensorType.F32, tensors, Map.of());
  }

  private static TensorWriter.Tensor named(String name, TensorWriter.Tensor tensor) {
    return new TensorWriter.Tensor(name, tensor.shape(), tensor.values());
  }

  private static TensorWriter.Tensor plus(TensorWriter.Tensor tensor, float difference) {
    float[] values = TensorFileTest.read(tensor.values());
    values[values.length - 1] += difference;
    return new TensorWriter.Tensor(tensor.name(), tensor.shape(), floats(values));
  }

  private static TensorValues floats(float[] values) {
    return consumer -> {
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      consumer.accept(0, bytes);
    };
  }
}
