package dev.plumbline.lm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.decoder.Decoder;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.testing.GoldenTensors;
import dev.plumbline.lm.torch.ComputeDevice;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All logits of rows padded on the left, as the sampler runs prompts, against transformers. */
class LeftPaddingTest {
  private static final double LOGITS = 1e-5;

  /** Every prefix of every golden row is a row of one batch: its last logits are what is known. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-mha",
        "llama-gqa-tied",
        "llama-rope-llama3",
        "llama-rope-linear",
        "llama-yarn",
        "llama-bias"
      })
  void everyLogitAgrees(String name) {
    Path folder = Golden.model(name);
    GoldenTensors golden = GoldenTensors.read(folder.resolve("golden.safetensors"));
    int width = golden.shape("logits_f64")[1];
    int words = golden.shape("logits_f64")[2];
    int[] ids = golden.ints("input_ids");
    int[] real = golden.ints("attention_mask");
    double[] expected = golden.doubles("logits_f64");
    int[] ends = IntStream.range(0, real.length).filter(i -> real[i] == 1).toArray();
    long[] padded = new long[ends.length * width];
    long[] pads = new long[ends.length];
    for (int row = 0; row < ends.length; row++) {
      int length = ends[row] % width + 1;
      pads[row] = (long) width - length;
      for (int t = 0; t < length; t++) {
        padded[row * width + width - length + t] = ids[ends[row] + 1 - length + t];
      }
    }
    assertThat(pads).contains(0, width - 1);
    float[] logits = logits(folder, padded, pads, width);
    for (int i = 0; i < logits.length; i++) {
      int end = ends[i / words];
      assertThat((double) logits[i])
          .as("logit %d of %s at %d", i % words, name, end)
          .isCloseTo(expected[end * words + i % words], within(LOGITS));
    }
  }

  private static float[] logits(Path folder, long[] ids, long[] pads, int width) {
    try (ModelFolder model = ModelFolder.open(folder);
        Decoder decoder = Decoder.load(model, ComputeDevice.CPU);
        NDManager step = decoder.newStep();
        KeyValueCache cache = new KeyValueCache(decoder, pads.length, width)) {
      return decoder
          .script()
          .run(
              step,
              "prefill",
              step.create(ids, new Shape(pads.length, width)),
              step.create(pads),
              decoder.cosines(width),
              decoder.sines(width),
              cache.keys(),
              cache.values(),
              decoder.weights().parameters())
          .get(0)
          .toFloatArray();
    }
  }
}
