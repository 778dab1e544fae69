package dev.plumbline.lm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.checkpoint.TensorType;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.torch.ComputeDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What transformers wrote, loaded and saved again, is what transformers wrote. */
class DecoderPolicySaveTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {"llama-mha", "llama-gqa-tied", "llama-bias", "llama-yarn", "formats/config-old"})
  void aFolderOfTransformersComesOutTheSame(String name) throws IOException {
    Path source = Golden.model(name);
    Path target = save(source, source, TensorType.F32);
    assertThat(target.resolve("model.safetensors"))
        .hasSameBinaryContentAs(source.resolve("model.safetensors"));
    assertThat(target.resolve("generation_config.json"))
        .hasSameBinaryContentAs(source.resolve("generation_config.json"));
    assertThat(json(target)).isEqualTo(json(source));
  }

  @ParameterizedTest
  @CsvSource({"formats/bf16, BF16", "formats/f16, F16"})
  void halfPrecisionComesOutTheSameInItsOwnType(String name, TensorType type) throws IOException {
    Path source = Golden.model(name);
    Path target = save(source, source, type);
    assertThat(target.resolve("model.safetensors"))
        .hasSameBinaryContentAs(source.resolve("model.safetensors"));
    assertThat(json(target)).isEqualTo(json(source));
  }

  @Test
  void halfPrecisionBecomesFloat32UnlessAskedFor() throws IOException {
    Path source = Golden.model("formats/bf16");
    Path target = temporary.resolve("saved");
    String hash;
    try (DecoderPolicy policy = DecoderPolicy.load(source, ComputeDevice.CPU)) {
      policy.save(target, source);
      hash = policy.weightsHash();
    }
    ObjectNode expected = (ObjectNode) json(source);
    expected.put("dtype", "float32");
    assertThat(json(target)).isEqualTo(expected);
    try (DecoderPolicy policy = DecoderPolicy.load(target, ComputeDevice.CPU)) {
      assertThat(policy.weightsHash()).isEqualTo(hash);
    }
  }

  @Test
  void tokenizerFilesAndUnknownKeysComeAlong() throws IOException {
    Path source = Files.createDirectory(temporary.resolve("source"));
    Path golden = Golden.model("llama-mha");
    Files.copy(golden.resolve("model.safetensors"), source.resolve("model.safetensors"));
    Files.writeString(source.resolve("tokenizer.json"), "{\"tokens\": \"\u00e9\"}");
    Files.writeString(source.resolve("chat_template.jinja"), "{{ messages }}");
    Files.writeString(source.resolve("notes.txt"), "not the model's");
    ObjectNode config = (ObjectNode) json(golden);
    config.put("made_by", "someone \u00e9");
    Files.writeString(source.resolve("config.json"), config.toString());
    Path target = save(source, source, TensorType.F32);
    assertThat(json(target)).isEqualTo(config);
    assertThat(target.resolve("tokenizer.json"))
        .hasSameBinaryContentAs(source.resolve("tokenizer.json"));
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "config.json", "model.safetensors", "tokenizer.json", "chat_template.jinja");
    }
  }

  @Test
  void aTargetThatExistsAndASourceOfAnotherModelAreRefused() throws IOException {
    Path source = Golden.model("llama-mha");
    Path target = Files.createDirectory(temporary.resolve("saved"));
    assertThatThrownBy(() -> save(source, source, TensorType.F32))
        .isInstanceOf(PlumblineException.class)
        .hasMessage(target + " exists already; remove it or choose another name");
    Files.delete(target);
    assertThatThrownBy(() -> save(source, Golden.model("llama-bias"), TensorType.F32))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("config.json describes another model than the one to save");
    assertThat(target).doesNotExist();
  }

  private Path save(Path model, Path source, TensorType type) {
    Path target = temporary.resolve("saved");
    try (DecoderPolicy policy = DecoderPolicy.load(model, ComputeDevice.CPU)) {
      policy.save(target, source, type);
    }
    return target;
  }

  private static JsonNode json(Path folder) throws IOException {
    return JSON.readTree(folder.resolve("config.json").toFile());
  }
}
