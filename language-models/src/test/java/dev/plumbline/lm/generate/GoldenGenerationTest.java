package dev.plumbline.lm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.decoder.Decoder;
import dev.plumbline.lm.testing.Shared;
import dev.plumbline.lm.torch.ComputeDevice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What transformers generates, and the distributions that it draws from, for a small trained model.
 */
class GoldenGenerationTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Decoder decoder;
  private static Path golden;

  @BeforeAll
  static void load() {
    golden = Shared.path("golden/trl/generation");
    try (ModelFolder model = ModelFolder.open(Shared.path("data/stories260K/hf"))) {
      decoder = Decoder.load(model, ComputeDevice.CPU);
    }
  }

  @AfterAll
  static void close() {
    if (decoder != null) {
      decoder.close();
    }
  }

  @Test
  void aLeftPaddedBatchContinuesGreedilyAsInTransformers() {
    JsonNode file = tree(golden.resolve("greedy.json"));
    Set<Integer> stopIds = new HashSet<>();
    file.get("eos_token_id").forEach(id -> stopIds.add(id.asInt()));
    SamplingSettings settings =
        SamplingSettings.greedy(file.get("max_new_tokens").asInt(), stopIds);
    List<int[]> prompts = rows(file.get("prompt_ids"));
    Set<String> skipped = new TreeSet<>();
    for (Map.Entry<String, JsonNode> output : file.get("outputs").properties()) {
      if (!output.getValue().get("settings").isEmpty()) {
        skipped.add(output.getKey());
        continue;
      }
      List<List<Sample>> samples = new DecoderSampler(decoder).sample(prompts, settings, 0);
      List<int[]> expected = rows(output.getValue().get("new_ids"));
      for (int i = 0; i < prompts.size(); i++) {
        Sample sample = samples.get(i).get(0);
        assertThat(sample.ids()).as("prompt %d", i).isEqualTo(cut(expected.get(i), stopIds));
        assertThat(sample.finished()).isEqualTo(stopIds.contains(last(sample.ids())));
      }
    }
    // Penalties, minimum lengths and beams are no settings of ours.
    assertThat(skipped)
        .containsExactly(
            "beam3_length_penalty2_early",
            "beam4",
            "greedy_min_new30",
            "greedy_no_repeat_ngram3",
            "greedy_repetition1.2");
  }

  @Test
  void everyFilterKeepsTheIdsAndLogProbsOfTransformers() throws IOException {
    JsonNode contexts = tree(golden.resolve("contexts.json"));
    List<int[]> prompts = rows(contexts.get("context_ids"));
    Set<String> compared = new TreeSet<>();
    for (JsonNode line : lines(golden.resolve("distributions.jsonl.gz"))) {
      String name = line.get("settings").asText();
      JsonNode settings = contexts.get("settings").get(name);
      if (!Set.of("temperature", "top_k", "top_p").containsAll(names(settings))) {
        continue;
      }
      compared.add(name);
      float[] logProbs =
          filtered(
              prompts.get(line.get("context").asInt()),
              settings.path("temperature").asDouble(1),
              settings.path("top_k").asInt(0),
              settings.path("top_p").asDouble(1));
      int[] alive =
          IntStream.range(0, logProbs.length)
              .filter(id -> logProbs[id] > Float.NEGATIVE_INFINITY)
              .toArray();
      String where = "context %d, %s".formatted(line.get("context").asInt(), name);
      assertThat(alive)
          .as(where)
          .isEqualTo(
              line.get("alive").isTextual()
                  ? IntStream.range(0, logProbs.length).toArray()
                  : ids(line.get("alive")));
      int[] top = ids(line.get("top_ids"));
      for (int i = 0; i < top.length; i++) {
        assertThat((double) logProbs[top[i]])
            .as("%s, id %d", where, top[i])
            .isCloseTo(line.get("top_logprobs").get(i).asDouble(), within(2e-5));
      }
    }
    assertThat(compared)
        .containsExactly(
            "k10_p0.5_t2",
            "plain",
            "t0.7_k40_p0.9",
            "temperature0.7",
            "temperature1.5",
            "top_k1",
            "top_k20",
            "top_p0.3",
            "top_p0.9");
  }

  /** Log-probs after the method that sampling filters with. */
  private static float[] filtered(int[] prompt, double temperature, int topK, double topP) {
    try (NDManager step = decoder.newStep();
        KeyValueCache cache = new KeyValueCache(decoder, 1, prompt.length)) {
      var ids = step.create(Arrays.stream(prompt).asLongStream().toArray()).expandDims(0);
      var logits =
          decoder
              .script()
              .run(
                  step,
                  "prefill",
                  ids,
                  step.create(new long[1]),
                  decoder.cosines(prompt.length),
                  decoder.sines(prompt.length),
                  cache.keys(),
                  cache.values(),
                  decoder.weights().parameters())
              .get(0);
      return decoder
          .script()
          .run(step, "filter", logits, temperature, topK, topP)
          .get(0)
          .logSoftmax(-1)
          .toFloatArray();
    }
  }

  /** Ids up to the first stop id, it included: what follows is padding. */
  private static int[] cut(int[] ids, Set<Integer> stopIds) {
    for (int i = 0; i < ids.length; i++) {
      if (stopIds.contains(ids[i])) {
        return Arrays.copyOf(ids, i + 1);
      }
    }
    return ids;
  }

  private static int last(int[] ids) {
    return ids[ids.length - 1];
  }

  private static JsonNode tree(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(JSON.readTree(line));
      }
    }
    return lines;
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<int[]> rows(JsonNode array) {
    List<int[]> rows = new ArrayList<>();
    array.forEach(row -> rows.add(ids(row)));
    return rows;
  }

  private static int[] ids(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }
}
