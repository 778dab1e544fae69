import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a word-level tokenizer of 8,192 words ({@code w0}, {@code w1}, ...) and random pairs of 32
 * prompt tokens and 96 completion tokens, end of sequence included: {@code BenchmarkFiles FOLDER
 * PAIRS}. The same shapes and the same kind of rows as the anchors' in TRL and transformers.
 */
public final class BenchmarkFiles {
  private static final int VOCABULARY = 8192;
  private static final int SPECIAL = 4;

  private BenchmarkFiles() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    writeTokenizer(Files.createDirectories(folder.resolve("tokenizer")));
    SplittableRandom random = new SplittableRandom(1);
    try (BufferedWriter rows = Files.newBufferedWriter(folder.resolve("pairs.jsonl"))) {
      for (int row = 0; row < Integer.parseInt(arguments[1]); row++) {
        rows.write(
            "{\"prompt\": \"%s\", \"chosen\": \" %s\", \"rejected\": \" %s\"}%n"
                .formatted(words(random, 32), words(random, 95), words(random, 95)));
      }
    }
  }

  private static String words(SplittableRandom random, int count) {
    return random
        .ints(count, SPECIAL, VOCABULARY)
        .mapToObj(id -> "w" + id)
        .collect(Collectors.joining(" "));
  }

  private static void writeTokenizer(Path folder) throws IOException {
    String words =
        IntStream.range(0, VOCABULARY)
            .mapToObj(id -> "\"w%d\": %d".formatted(id, id))
            .collect(Collectors.joining(", "));
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
         "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": null, "decoder": null,
         "model": {"type": "WordLevel", "unk_token": "w3", "vocab": {%s}}}
        """
            .formatted(words));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "w1", "eos_token": "w2",
         "pad_token": "w0", "unk_token": "w3", "model_max_length": 512}
        """);
  }
}
