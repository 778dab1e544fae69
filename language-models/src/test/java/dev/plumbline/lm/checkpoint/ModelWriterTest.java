package dev.plumbline.lm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelWriterTest {
  @TempDir private Path folder;

  /** {@code save_pretrained(..., max_shard_size="30KB")} wrote the golden shards. */
  @Test
  void shardsAndIndexAreThoseOfTransformers() throws IOException {
    Path golden = Golden.model("formats/sharded");
    write(golden, 30_000);
    for (String name :
        new String[] {
          "model-00001-of-00002.safetensors",
          "model-00002-of-00002.safetensors",
          "model.safetensors.index.json"
        }) {
      assertThat(folder.resolve(name)).hasSameBinaryContentAs(golden.resolve(name));
    }
  }

  /** The embedding has 9,312 bytes, matrices at most 4,608: as huggingface_hub splits them. */
  @Test
  void aTensorOverTheLimitHasAFileOfItsOwn() throws IOException {
    Path golden = Golden.model("formats/sharded");
    write(golden, 5_000);
    try (WeightFiles written = WeightFiles.open(folder);
        WeightFiles source = WeightFiles.open(golden)) {
      assertThat(written.names()).containsExactlyInAnyOrderElementsOf(source.names());
      assertThat(written.holder("model.embed_tokens.weight").names()).hasSize(1);
      for (String name : source.names()) {
        assertThat(source.holder(name).sameValues(name, written.holder(name), name)).isTrue();
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".safetensors")))
          .allSatisfy(file -> assertThat(Files.size(file)).isLessThan(11_000));
    }
  }

  private void write(Path source, long shardBytes) throws IOException {
    try (ModelFolder model = ModelFolder.open(source)) {
      ModelWriter.writeWeights(
          folder, model.architecture(), TensorType.F32, model::values, shardBytes);
    }
  }
}
