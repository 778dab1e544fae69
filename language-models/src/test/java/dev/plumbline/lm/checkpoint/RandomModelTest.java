package dev.plumbline.lm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.io.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomModelTest {
  private static final DecoderConfig CONFIG =
      new DecoderConfig(
          "llama",
          300,
          64,
          2,
          4,
          2,
          16,
          96,
          1e-5,
          128,
          true,
          true,
          true,
          new RopeScaling.Plain(10_000));
  private static final GenerationConfig IDS =
      GenerationConfig.of(List.of(2), OptionalInt.of(1), OptionalInt.of(3));

  @TempDir private Path temporary;

  @Test
  void everyKindOfParameterStartsAsInTransformers() throws IOException {
    try (ModelFolder model = ModelFolder.open(write(5))) {
      for (ParameterSpec parameter : model.architecture().parameters()) {
        float[] values = TensorFileTest.read(model.values(parameter));
        switch (parameter.role()) {
          case NORM -> assertThat(values).containsOnly(1);
          case BIAS -> assertThat(values).containsOnly(0);
          case EMBEDDING, MATRIX -> assertNormal(parameter, values);
        }
      }
      float[] embedding = TensorFileTest.read(model.values(model.architecture().embedding()));
      for (int i = 0; i < embedding.length; i++) {
        assertThat(embedding[i] == 0).as("place %d", i).isEqualTo(i / 64 == 3);
      }
    }
  }

  /** Mean and standard deviation within five standard errors. */
  private static void assertNormal(ParameterSpec parameter, float[] values) {
    double mean = 0;
    double square = 0;
    int count = 0;
    for (float value : values) {
      if (value != 0) {
        mean += value;
        square += value * value;
        count++;
      }
    }
    double error = 5 * 0.02 / Math.sqrt(count);
    assertThat(mean / count).as(parameter.name()).isCloseTo(0, within(error));
    assertThat(Math.sqrt(square / count)).as(parameter.name()).isCloseTo(0.02, within(error));
  }

  /** The hash was computed here once: it must be the same on every machine. */
  @Test
  void theSeedDecidesEveryByte() throws IOException {
    Path weights = write(5).resolve("model.safetensors");
    assertThat(Hashes.of(weights))
        .isEqualTo("f5e24bb7b33ced790075208712461734234ec75c3811509a2e3c2211f4d4be56");
    assertThat(write(5).resolve("model.safetensors")).hasSameBinaryContentAs(weights);
    assertThat(Hashes.of(write(6).resolve("model.safetensors"))).isNotEqualTo(Hashes.of(weights));
  }

  @Test
  void theFolderIsAModelWithItsIds() throws IOException {
    Path folder = write(1);
    try (ModelFolder model = ModelFolder.open(folder)) {
      assertThat(model.config()).isEqualTo(CONFIG);
      assertThat(model.generation()).isEqualTo(IDS);
    }
    assertThat(Files.readString(folder.resolve("config.json")))
        .contains("\"architectures\": [\n    \"LlamaForCausalLM\"\n  ]", "\"eos_token_id\": 2");
  }

  private Path write(long seed) throws IOException {
    Path folder = Files.createTempDirectory(temporary, "random");
    RandomModel.write(CONFIG, IDS, seed, folder);
    return folder;
  }
}
