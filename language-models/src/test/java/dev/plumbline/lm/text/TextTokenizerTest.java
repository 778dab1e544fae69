package dev.plumbline.lm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void idsAndTextAreWhatTheFileSays() throws IOException {
    Map<String, TextTokenizer> tokenizers = new LinkedHashMap<>();
    for (String name : List.of("words", "bytes", "pieces")) {
      tokenizers.put(name, TextTokenizer.load(Golden.folder("tokenizers/" + name)));
    }
    int rows = 0;
    for (JsonNode row : lines(Golden.folder("tokenizers").resolve("strings.jsonl"))) {
      check(tokenizers.get(row.get("tokenizer").asText()), row.get("text").asText(), row);
      rows++;
    }
    assertThat(rows).isEqualTo(75);
    tokenizers.values().forEach(TextTokenizer::close);
  }

  @Test
  void idsAndTextOfRealTokenizersAgree() throws IOException {
    List<JsonNode> rows = lines(Shared.path("golden/tokenise/strings.jsonl"));
    assertThat(rows).hasSize(300);
    for (Map.Entry<String, Path> each : real().entrySet()) {
      try (TextTokenizer tokenizer = TextTokenizer.load(each.getValue())) {
        for (JsonNode row : rows) {
          check(tokenizer, row.get("text").asText(), row.get(each.getKey()));
        }
      }
    }
  }

  /** {@code transformers} rebuilds some tokenizers with other rules; the file is what counts. */
  @Test
  void whereTransformersDiffersTheFileWins() throws IOException {
    Map<String, Path> real = real();
    int ids = 0;
    int texts = 0;
    for (JsonNode row : lines(Shared.path("golden/tokenise/loader_differences.jsonl"))) {
      try (TextTokenizer tokenizer = TextTokenizer.load(real.get(row.get("tokenizer").asText()))) {
        int[] found = tokenizer.encode(row.get("text").asText(), true);
        if (row.has("file_ids")) {
          assertThat(found).isEqualTo(ints(row.get("file_ids")));
          ids++;
        } else {
          assertThat(tokenizer.decode(found, false)).isEqualTo(row.get("file_decoded").asText());
          texts++;
        }
      }
    }
    assertThat(ids + texts).isEqualTo(20);
  }

  @Test
  void specialIdsComeFromTheFilesThatNameThem() {
    try (TextTokenizer words = own("words");
        TextTokenizer bytes = own("bytes");
        TextTokenizer pieces = own("pieces")) {
      assertThat(words.bos()).hasValue(1);
      assertThat(words.requireEos()).isEqualTo(2);
      assertThat(words.pad()).hasValue(2);
      assertThat(words.prefix()).containsExactly(1);
      assertThat(words.vocabularySize()).isEqualTo(32);
      assertThat(bytes.bos()).isEmpty();
      assertThat(bytes.eos()).hasValue(0);
      assertThat(bytes.pad()).isEmpty();
      assertThat(bytes.prefix()).isEmpty();
      assertThat(pieces.eos()).hasValue(2);
      assertThat(pieces.stopIds()).containsExactlyInAnyOrder(1, 2);
    }
  }

  @Test
  void idsOfTheConfigsCountWhereNoTokenIsNamed() throws IOException {
    copy("bytes");
    Files.delete(folder.resolve("tokenizer_config.json"));
    Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 7, \"bos_token_id\": 5}");
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [8, 9]}");
    try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
      assertThat(tokenizer.eos()).hasValue(8);
      assertThat(tokenizer.stopIds()).containsExactlyInAnyOrder(8, 9);
      assertThat(tokenizer.bos()).hasValue(5);
    }
    Files.writeString(folder.resolve("special_tokens_map.json"), "{\"eos_token\": \"<|end|>\"}");
    try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
      assertThat(tokenizer.eos()).hasValue(0);
      assertThat(tokenizer.stopIds()).containsExactlyInAnyOrder(0, 8, 9);
    }
  }

  /** As in configs of the first Llama. */
  @Test
  void anIdOfMinusOneIsNone() throws IOException {
    copy("bytes");
    Files.delete(folder.resolve("tokenizer_config.json"));
    Files.writeString(
        folder.resolve("config.json"), "{\"eos_token_id\": [-1, 7], \"pad_token_id\": -1}");
    try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
      assertThat(tokenizer.eos()).hasValue(7);
      assertThat(tokenizer.pad()).isEmpty();
    }
    Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": \"7\"}");
    assertThatThrownBy(() -> TextTokenizer.load(folder))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("eos_token_id \"7\", but tokenizer.json holds ids 0 to 339");
  }

  @Test
  void theHashIsOfWhatDecidesIds() throws IOException {
    copy("bytes");
    String hash = hash();
    JsonNode json = JSON.readTree(folder.resolve("tokenizer.json").toFile());
    ((ObjectNode) json).putNull("truncation");
    Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    assertThat(hash()).as("layout and truncation decide nothing").isEqualTo(hash);

    ObjectNode reversed = JSON.createObjectNode();
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    Collections.reverse(names);
    names.forEach(name -> reversed.set(name, json.get(name)));
    Files.writeString(folder.resolve("tokenizer.json"), reversed.toPrettyString());
    assertThat(hash()).as("nor does the order of keys").isEqualTo(hash);

    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"!\"}");
    assertThat(hash()).as("another EOS").isNotEqualTo(hash);

    Files.delete(folder.resolve("tokenizer_config.json"));
    copy("bytes");
    String text = Files.readString(folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("tokenizer.json"),
        text.replace("\"add_prefix_space\": false", "\"add_prefix_space\": true"));
    assertThat(hash()).as("another rule").isNotEqualTo(hash);
  }

  @Test
  void whatIsMissingOrBrokenIsNamed() throws IOException {
    assertThatThrownBy(() -> TextTokenizer.load(folder.resolve("absent")))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("absent is no folder");
    assertThatThrownBy(() -> TextTokenizer.load(folder))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("holds no tokenizer.json");
    for (String broken : List.of("", "{\"version\": ", "{}", "[1]", "null")) {
      Files.writeString(folder.resolve("tokenizer.json"), broken);
      assertThatThrownBy(() -> TextTokenizer.load(folder))
          .as(broken)
          .isInstanceOf(PlumblineException.class)
          .hasMessageContaining("tokenizer.json cannot be used")
          .message()
          .doesNotContain("\n");
    }
    copy("bytes");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"<none>\"}");
    assertThatThrownBy(() -> TextTokenizer.load(folder))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("names eos_token \"<none>\", which tokenizer.json does not hold");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{");
    assertThatThrownBy(() -> TextTokenizer.load(folder))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("tokenizer_config.json cannot be used: not JSON");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
    Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 50256}");
    assertThatThrownBy(() -> TextTokenizer.load(folder))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("eos_token_id 50256, but tokenizer.json holds ids 0 to 339");
    Files.delete(folder.resolve("config.json"));
    try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
      assertThatThrownBy(tokenizer::requireEos)
          .isInstanceOf(PlumblineException.class)
          .hasMessageContaining("names no EOS");
    }
  }

  @Test
  void aLoneSurrogateIsRefusedAndPairsAndNulAreNot() {
    assertThat(TextTokenizer.loneSurrogate("a\ud83d\ude00\0")).isEqualTo(-1);
    assertThat(TextTokenizer.loneSurrogate("ab\ud83d")).isEqualTo(2);
    assertThat(TextTokenizer.loneSurrogate("a\ude00\ud83d")).isEqualTo(1);
    assertThat(TextTokenizer.loneSurrogate("\ud83d\ud83d\ude00")).isZero();
    try (TextTokenizer bytes = own("bytes")) {
      String text = "a\ud83d\ude00\0b";
      assertThat(bytes.decode(bytes.encode(text, false), false)).isEqualTo(text);
      assertThatThrownBy(() -> bytes.encode("ab\ud83d", false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("character 2");
    }
  }

  @Test
  void threadsShareATokenizer() {
    try (TextTokenizer bytes = own("bytes")) {
      List<int[]> alone =
          IntStream.range(0, 500).mapToObj(i -> bytes.encode("row " + i, false)).toList();
      List<int[]> together =
          IntStream.range(0, 500)
              .parallel()
              .mapToObj(i -> bytes.encode("row " + i, false))
              .toList();
      assertThat(together).usingRecursiveComparison().isEqualTo(alone);
    }
  }

  private static void check(TextTokenizer tokenizer, String text, JsonNode expected) {
    String as = tokenizer.source() + ": " + text;
    int[] special = tokenizer.encode(text, true);
    assertThat(tokenizer.encode(text, false)).as(as).isEqualTo(ints(expected.get("ids")));
    assertThat(special).as(as).isEqualTo(ints(expected.get("ids_special")));
    assertThat(tokenizer.decode(special, false)).as(as).isEqualTo(expected.get("decoded").asText());
    assertThat(tokenizer.decode(special, true))
        .as(as)
        .isEqualTo(expected.get("decoded_skip").asText());
  }

  private static Map<String, Path> real() {
    Map<String, Path> folders = new LinkedHashMap<>();
    for (String name : List.of("gpt2-hf", "tinyllama-chat", "minimind-6400")) {
      folders.put(name, Shared.path("data/tokenizers/" + name));
    }
    folders.put("stories260K", Shared.path("data/stories260K/hf"));
    folders.put("verl-arithmetic", Shared.path("data/verl-arithmetic/model"));
    return folders;
  }

  private static TextTokenizer own(String name) {
    return TextTokenizer.load(Golden.folder("tokenizers/" + name));
  }

  private void copy(String name) throws IOException {
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.writeString(
          folder.resolve(file),
          Files.readString(Golden.folder("tokenizers/" + name).resolve(file)));
    }
  }

  private String hash() {
    try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
      return tokenizer.hash();
    }
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private static int[] ints(JsonNode ids) {
    return IntStream.range(0, ids.size()).map(i -> ids.get(i).asInt()).toArray();
  }
}
