package dev.plumbline.lm.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.checkpoint.GenerationConfig;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import dev.plumbline.lm.checkpoint.RandomModel;
import dev.plumbline.lm.checkpoint.RopeScaling;
import dev.plumbline.lm.checkpoint.TensorValues;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.torch.ComputeDevice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoderLoadTest {
  @TempDir private Path folder;

  @BeforeEach
  void writeAModelOf40Megabytes() throws IOException {
    DecoderConfig config =
        new DecoderConfig(
            "llama",
            16_000,
            512,
            1,
            8,
            8,
            64,
            512,
            1e-5,
            64,
            false,
            false,
            true,
            new RopeScaling.Plain(10_000));
    GenerationConfig noIds =
        GenerationConfig.of(List.of(), OptionalInt.empty(), OptionalInt.empty());
    RandomModel.write(config, noIds, 1, folder);
  }

  @Test
  void weightsNeverPassThroughTheHeap() {
    // Once before, so that the classes are loaded.
    load();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    load();
    // The engine reads the script itself through a buffer of 4 MiB.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000_000);
  }

  private void load() {
    try (ModelFolder model = ModelFolder.open(folder);
        Decoder decoder = Decoder.load(model, ComputeDevice.CPU)) {
      assertThat(decoder.weights().specs()).isNotEmpty();
    }
  }

  /** The embedding moves in two pieces, both ways. */
  @Test
  void theDeviceHoldsWhatTheFileHolds() {
    try (ModelFolder model = ModelFolder.open(folder);
        Decoder decoder = Decoder.load(model, ComputeDevice.CPU)) {
      assertThat(model.architecture().embedding().elements()).isGreaterThan(TensorValues.PIECE);
      List<ParameterSpec> specs = decoder.weights().specs();
      for (int i = 0; i < specs.size(); i++) {
        TensorValues onDevice = decoder.transfers().values(decoder.weights().parameters().get(i));
        assertThat(hash(onDevice))
            .as(specs.get(i).name())
            .isEqualTo(hash(model.values(specs.get(i))));
      }
    }
  }

  private static String hash(TensorValues values) {
    MessageDigest digest = Hashes.sha256();
    values.forEachPiece((at, float32) -> digest.update(float32));
    return Hashes.hex(digest.digest());
  }
}
