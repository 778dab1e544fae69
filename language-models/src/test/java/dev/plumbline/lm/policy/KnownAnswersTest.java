package dev.plumbline.lm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.decoder.Decoder;
import dev.plumbline.lm.generate.DecoderSampler;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Trained models from elsewhere, with answers computed by other code than transformers. */
class KnownAnswersTest {
  private static final double LOGITS = 1e-4;
  private static final double SEQUENCE_LOGPS = 3e-4;

  @Test
  void stories260K() throws IOException {
    Path folder = Shared.path("data/stories260K");
    JsonNode known = new ObjectMapper().readTree(folder.resolve("known_answers.json").toFile());
    try (Decoder decoder = GoldenModel.load(folder.resolve("hf"))) {
      int[] greedy = ints(known.at("/greedy_from_bos/ids"));
      int[] prompt = ints(known.at("/greedy_from_bos/prompt_ids"));
      assertThat(
              new DecoderSampler(decoder)
                  .sample(List.of(prompt), SamplingSettings.greedy(greedy.length, Set.of()), 0)
                  .get(0)
                  .get(0)
                  .ids())
          .isEqualTo(greedy);
      assertThat(known.get("texts")).hasSizeGreaterThan(3);
      for (JsonNode text : known.get("texts")) {
        int[] ids = ints(text.get("ids"));
        float[] logits = logitsAfterEach(decoder, ids);
        float[] last = lastRow(logits, ids.length);
        assertClose(last, doubles(text.get("last_position_logits_first8")));
        int argmax = text.get("last_position_argmax").intValue();
        assertClose(
            new float[] {last[argmax]},
            new double[] {text.get("last_position_max_logit").doubleValue()});
        Batch batch = new Batch(List.of(GoldenModel.item(ids, 1)));
        try (DecoderForward forward = new DecoderForward(decoder, batch, Set.of(), false)) {
          assertThat(forward.logProbs().sum(0))
              .isCloseTo(text.get("sum_logprob_after_bos").doubleValue(), within(SEQUENCE_LOGPS));
        }
      }
    }
  }

  /** Stored as bfloat16, in a folder of transformers 4. */
  @Test
  void arithmetic() throws IOException {
    Path folder = Shared.path("data/verl-arithmetic");
    JsonNode known = new ObjectMapper().readTree(folder.resolve("known_answers.json").toFile());
    int[] ids = ints(known.get("ids"));
    try (Decoder decoder = GoldenModel.load(folder.resolve("model"))) {
      float[] logits = logitsAfterEach(decoder, ids);
      assertClose(logits, doubles(known.get("first_position_logits")));
      assertClose(lastRow(logits, ids.length), doubles(known.get("last_position_logits")));
    }
  }

  private static float[] logitsAfterEach(Decoder decoder, int[] ids) {
    Batch batch = new Batch(List.of(GoldenModel.item(Arrays.copyOf(ids, ids.length + 1), 1)));
    try (DecoderForward forward = new DecoderForward(decoder, batch, Set.of(), false)) {
      return forward.logits();
    }
  }

  private static float[] lastRow(float[] logits, int rows) {
    return Arrays.copyOfRange(logits, logits.length / rows * (rows - 1), logits.length);
  }

  /** Compares as many values as are known. */
  private static void assertClose(float[] ours, double[] known) {
    assertThat(known).isNotEmpty();
    for (int i = 0; i < known.length; i++) {
      assertThat((double) ours[i]).isCloseTo(known[i], within(LOGITS));
    }
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    Arrays.setAll(values, i -> array.get(i).intValue());
    return values;
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    Arrays.setAll(values, i -> array.get(i).doubleValue());
    return values;
  }
}
