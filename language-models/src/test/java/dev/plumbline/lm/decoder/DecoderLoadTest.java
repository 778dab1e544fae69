package dev.plumbline.lm.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.checkpoint.GenerationConfig;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import dev.plumbline.lm.checkpoint.RandomModel;
import dev.plumbline.lm.checkpoint.RopeScaling;
import dev.plumbline.lm.torch.ComputeDevice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoderLoadTest {
  @TempDir private Path folder;

  @Test
  void weightsNeverPassThroughTheHeap() throws IOException {
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
    RandomModel.write(
        config,
        GenerationConfig.of(List.of(), OptionalInt.empty(), OptionalInt.empty()),
        1,
        folder);
    // Once before, so that the classes are loaded.
    load();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long weights = load();
    assertThat(weights).isGreaterThan(36_000_000);
    // The engine reads the script itself through a buffer of 4 MiB.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(weights / 4);
  }

  /** Bytes of the weights. */
  private long load() {
    try (ModelFolder model = ModelFolder.open(folder);
        Decoder decoder = Decoder.load(model, ComputeDevice.CPU)) {
      return decoder.weights().specs().stream().mapToLong(ParameterSpec::elements).sum()
          * Float.BYTES;
    }
  }
}
