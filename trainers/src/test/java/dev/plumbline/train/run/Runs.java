package dev.plumbline.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.dpo.DpoMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs for tests: a small decoder of ours and random pairs. */
final class Runs {
  static final Path MODEL = Golden.model("llama-gqa-tied");

  private Runs() {}

  /** Pairs 0 to 39 to train on, 40 to 55 to evaluate on. */
  static TrainingData<PairRow> data() {
    return TrainingData.of(pairs(0, 40), pairs(40, 56));
  }

  static List<PairRow> pairs(int from, int to) {
    try {
      List<PairRow> pairs = new ArrayList<>();
      Path file = Golden.folder("golden/trl-own").resolve("rows/dpo.jsonl");
      for (String line : Files.readAllLines(file).subList(from, to)) {
        JsonNode row = new ObjectMapper().readTree(line);
        pairs.add(
            new PairRow(
                "pair-" + row.path("source_line").asInt(),
                ints(row.path("prompt_ids")),
                ints(row.path("chosen_ids")),
                ints(row.path("rejected_ids")),
                Double.NaN,
                Double.NaN,
                1));
      }
      return pairs;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<CompletionRow> completions(int from, int to) {
    return pairs(from, to).stream()
        .map(pair -> new CompletionRow(pair.id(), pair.prompt(), pair.chosen(), 1))
        .toList();
  }

  private static int[] ints(JsonNode array) {
    int[] ints = new int[array.size()];
    java.util.Arrays.setAll(ints, i -> array.get(i).asInt());
    return ints;
  }

  /** Flags of a run: 20 steps, five an epoch, a checkpoint every four, a line every three. */
  static Map<String, String> flags(Path output) {
    Map<String, String> flags = new HashMap<>();
    flags.put("model", MODEL.toString());
    flags.put("output-dir", output.toString());
    flags.put("learning-rate", "2e-3");
    flags.put("batch-size", "4");
    flags.put("gradient-accumulation-steps", "2");
    flags.put("num-train-epochs", "4");
    flags.put("warmup-steps", "3");
    flags.put("weight-decay", "0.1");
    flags.put("save-steps", "4");
    flags.put("logging-steps", "3");
    flags.put("eval-steps", "5");
    flags.put("progress", "none");
    return flags;
  }

  static TrainingRun<PairRow> dpo(Map<String, String> flags, TrainingData<PairRow> data) {
    return new TrainingRun<>(new DpoMethod(), dpoOptions(flags), data);
  }

  static Options dpoOptions(Map<String, String> flags) {
    return TrainingConfig.read(new DpoMethod(), Optional.empty(), flags);
  }

  /** Flags with changes: a value of null removes one. */
  static Map<String, String> with(Map<String, String> flags, String... changes) {
    Map<String, String> changed = new HashMap<>(flags);
    for (int i = 0; i < changes.length; i += 2) {
      if (changes[i + 1] == null) {
        changed.remove(changes[i]);
      } else {
        changed.put(changes[i], changes[i + 1]);
      }
    }
    return changed;
  }

  /** Changes for {@link #with}, one after another. */
  static String[] join(String[] changes, String... more) {
    return Stream.concat(Stream.of(changes), Stream.of(more)).toArray(String[]::new);
  }
}
