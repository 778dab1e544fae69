package dev.plumbline.lm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import dev.plumbline.lm.decoder.Decoder;
import dev.plumbline.lm.generate.DecoderSampler;
import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agreement with transformers, within the tolerances that the golden models' README gives. */
class GoldenModelTest {
  private static final double LOGITS = 1e-5;
  private static final double SEQUENCE_LOGPS = 3e-5;
  private static final double GRADIENTS = 1e-4;

  static List<String> models() {
    return List.of(
        "llama-mha",
        "llama-gqa-tied",
        "llama-rope-llama3",
        "llama-rope-linear",
        "llama-yarn",
        "llama-bias");
  }

  @ParameterizedTest
  @MethodSource("models")
  void logitsLogProbsAndGradientsAgree(String name) {
    GoldenModel golden = new GoldenModel(name);
    try (Decoder decoder = golden.load()) {
      assertLogits(golden, decoder, "logits_f64");
      Batch batch = golden.batch();
      try (DecoderForward forward = new DecoderForward(decoder, batch, Set.of(), true)) {
        assertLogProbs(golden, forward.logProbs());
        forward.backward(TokenGradients.ofSums(batch, golden.coefficients()));
      }
      assertGradients(golden, decoder);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bf16",
        "f16",
        "sharded",
        "config-new",
        "config-old",
        "tied-without-head",
        "tied-with-head"
      })
  void everyFormatOfCheckpointsIsRead(String format) {
    GoldenModel golden = new GoldenModel("formats/" + format);
    try (Decoder decoder = golden.load()) {
      assertLogits(golden, decoder, "logits");
      try (DecoderForward forward = new DecoderForward(decoder, golden.batch(), Set.of(), false)) {
        assertLogProbs(golden, forward.logProbs());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void configsOfTransformers4GiveTheSameLogits(String name, @TempDir Path folder)
      throws IOException {
    GoldenModel golden = new GoldenModel(name);
    Files.copy(golden.folder().resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.copy(
        Golden.model("formats").resolve("old-configs").resolve(name + ".json"),
        folder.resolve("config.json"));
    try (Decoder decoder = GoldenModel.load(folder)) {
      assertLogits(golden, decoder, "logits_f64");
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void greedyContinuationsAgree(String name) {
    GoldenModel golden = new GoldenModel(name);
    List<int[]> prompts = new ArrayList<>();
    List<int[]> continuations = new ArrayList<>();
    for (int i = 0; golden.numbers().names().contains("greedy.prompt." + i); i++) {
      prompts.add(golden.numbers().ints("greedy.prompt." + i));
      continuations.add(golden.numbers().ints("greedy.tokens." + i));
    }
    assertThat(prompts).hasSizeGreaterThan(1);
    try (Decoder decoder = golden.load()) {
      SamplingSettings settings = SamplingSettings.greedy(continuations.get(0).length, Set.of());
      List<List<Sample>> samples = new DecoderSampler(decoder).sample(prompts, settings, 0);
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(samples.get(i).get(0).ids()).isEqualTo(continuations.get(i));
      }
    }
  }

  /**
   * The sampler pads on the left. Every prefix of every row is a prompt of one batch: its most
   * probable next token and that token's log-prob hang on all of its logits.
   */
  @ParameterizedTest
  @MethodSource("models")
  void rowsPaddedOnTheLeftAgree(String name) {
    GoldenModel golden = new GoldenModel(name);
    List<int[]> prefixes = new ArrayList<>();
    List<double[]> logits = new ArrayList<>();
    for (int row = 0; row < golden.rows().size(); row++) {
      int[] ids = golden.rows().get(row);
      logits.addAll(golden.atTokens("logits_f64", row, golden.words()));
      for (int length = 1; length <= ids.length; length++) {
        prefixes.add(Arrays.copyOf(ids, length));
      }
    }
    try (Decoder decoder = golden.load()) {
      List<List<Sample>> samples =
          new DecoderSampler(decoder).sample(prefixes, SamplingSettings.greedy(1, Set.of()), 0);
      for (int i = 0; i < prefixes.size(); i++) {
        double[] z = logits.get(i);
        int best = IntStream.range(0, z.length).reduce(0, (a, b) -> z[b] > z[a] ? b : a);
        Sample sample = samples.get(i).get(0);
        assertThat(sample.ids()).containsExactly(best);
        assertThat(sample.logProbs()[0]).isCloseTo(logProb(z, best), within(LOGITS));
      }
    }
  }

  private static double logProb(double[] logits, int word) {
    return logits[word] - Math.log(Arrays.stream(logits).map(Math::exp).sum());
  }

  private static void assertLogits(GoldenModel golden, Decoder decoder, String expected) {
    try (DecoderForward forward =
        new DecoderForward(decoder, golden.everyPosition(), Set.of(), true)) {
      float[] logits = forward.logits();
      int at = 0;
      for (int row = 0; row < golden.rows().size(); row++) {
        for (double[] token : golden.atTokens(expected, row, golden.words())) {
          for (double value : token) {
            assertThat((double) logits[at++])
                .as("logit %d of %s", at, golden.folder())
                .isCloseTo(value, within(LOGITS));
          }
        }
      }
      assertThat(at).isEqualTo(logits.length);
    }
  }

  private static void assertLogProbs(GoldenModel golden, LogProbs logProbs) {
    double[] sequences = golden.numbers().doubles("sequence_logps");
    for (int row = 0; row < sequences.length; row++) {
      List<double[]> tokens = golden.atTokens("token_logps", row, 1);
      double[] ours = logProbs.tokens(row);
      int prompt = tokens.size() - ours.length;
      for (int t = 0; t < ours.length; t++) {
        assertThat(ours[t]).isCloseTo(tokens.get(prompt + t)[0], within(LOGITS));
      }
      assertThat(logProbs.sum(row)).isCloseTo(sequences[row], within(SEQUENCE_LOGPS));
    }
  }

  private static void assertGradients(GoldenModel golden, Decoder decoder) {
    List<ParameterSpec> specs = decoder.weights().specs();
    List<String> recorded =
        golden.numbers().names().stream().filter(name -> name.startsWith("grad.")).toList();
    assertThat(specs.stream().map(spec -> "grad." + spec.name()))
        .containsExactlyInAnyOrderElementsOf(recorded);
    for (int i = 0; i < specs.size(); i++) {
      double[] expected = golden.numbers().doubles("grad." + specs.get(i).name());
      NDArray gradient = decoder.weights().gradients().get(i);
      float[] ours = gradient.toFloatArray();
      assertThat(ours).hasSameSizeAs(expected);
      for (int at = 0; at < ours.length; at++) {
        assertThat((double) ours[at])
            .as("gradient %d of %s", at, specs.get(i).name())
            .isCloseTo(expected[at], within(GRADIENTS));
      }
    }
  }
}
