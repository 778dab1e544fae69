package dev.plumbline.train.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.testing.Shared;
import dev.plumbline.train.Methods;
import dev.plumbline.train.run.Method;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** A recorded run of TRL: its settings, rows and steps. */
final class GoldenRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final JsonNode run;

  private GoldenRun(Path folder) {
    this.folder = folder;
    this.run = json(folder.resolve("run.json"));
  }

  /** A run on a model and rows of ours, which any clone has. */
  static GoldenRun own(String name) {
    return new GoldenRun(Golden.folder("golden/trl-own").resolve(name));
  }

  /** A run on a public model and data. Skips the test where they are not there. */
  static GoldenRun shared(String name) {
    return new GoldenRun(Shared.path("golden/trl").resolve(name));
  }

  JsonNode settings() {
    return run.path("settings");
  }

  Path model() {
    return settings().path("model").asText().equals("stories260K")
        ? Shared.path("data/stories260K/hf")
        : Golden.model(settings().path("model").asText());
  }

  /** Our method that does what the run's trainer did. */
  Method<?> method() {
    String name =
        switch (settings().path("trainer").asText()) {
          case "SFTTrainer" -> "sft";
          case "KTOTrainer" -> "kto";
          case "ORPOTrainer" -> "orpo";
          default -> "dpo";
        };
    return Methods.named(name);
  }

  /** The rows that the run was trained on. */
  <R> List<R> rows(Class<R> type) {
    List<?> rows =
        type == CompletionRow.class ? completions() : type == PairRow.class ? pairs() : unpaired();
    return rows.stream().map(type::cast).toList();
  }

  /** The rows that the run was evaluated on: pairs, or none. */
  <R> List<R> evaluationRows(Class<R> type) {
    return evaluationPairs().stream().map(type::cast).toList();
  }

  private List<UnpairedRow> unpaired() {
    List<UnpairedRow> rows = new ArrayList<>();
    for (JsonNode row : selected(run.path("rows"))) {
      rows.add(
          new UnpairedRow(
              "row-" + rows.size(),
              ints(row.path("prompt_ids")),
              ints(row.path("completion_ids")),
              row.path("label").asBoolean(),
              Double.NaN,
              1));
    }
    return rows;
  }

  /** The pairs of a DPO run, as TRL cut them. */
  List<PairRow> pairs() {
    return pairs(selected(run.path("rows")));
  }

  List<PairRow> evaluationPairs() {
    return run.has("eval_rows") ? pairs(selected(run.path("eval_rows"))) : List.of();
  }

  /** Pairs that no run was trained on, not cut. */
  List<PairRow> probes() {
    return pairs(jsonLines(rowsFile().resolveSibling(probeName())), Integer.MAX_VALUE);
  }

  private String probeName() {
    return settings().path("rows_set").asText().equals("own")
        ? "probe.jsonl"
        : rowsFile().getFileName().toString().replace(".jsonl", "-probe.jsonl");
  }

  private Path rowsFile() {
    String set = settings().path("rows_set").asText();
    String name =
        switch (set) {
          case "own" -> "dpo.jsonl";
          case "long" -> "dpo-helpful80.jsonl.gz";
          default -> "dpo-helpful48-short.jsonl.gz";
        };
    return folder.resolve("../rows").normalize().resolve(name);
  }

  /** Reference log-probs as TRL recorded them in float64, row by row. */
  List<JsonNode> referenceLogProbs() {
    String name = rowsFile().getFileName().toString().replace(".jsonl.gz", "-ref.jsonl");
    return jsonLines(rowsFile().resolveSibling(name));
  }

  /** The rows of an SFT run. Where the whole text is learned, its first token is the prompt. */
  List<CompletionRow> completions() {
    List<CompletionRow> rows = new ArrayList<>();
    for (JsonNode row : selected(run.path("rows"))) {
      int[] ids = ints(row.path("input_ids"));
      int given =
          settings().path("completion_only_loss").asBoolean()
              ? (int) IntStream.of(ints(row.path("completion_mask"))).filter(m -> m == 0).count()
              : 1;
      rows.add(
          new CompletionRow(
              "row-" + rows.size(), range(ids, 0, given), range(ids, given, ids.length), 1));
    }
    return rows;
  }

  private List<PairRow> pairs(List<JsonNode> rows) {
    return pairs(rows, settings().path("max_length").asInt());
  }

  private static List<PairRow> pairs(List<JsonNode> rows, int most) {
    return rows.stream()
        .map(
            row -> {
              int[] prompt = ints(row.path("prompt_ids"));
              return new PairRow(
                  "line-" + row.path("source_line").asText(),
                  prompt,
                  cut(ints(row.path("chosen_ids")), most - prompt.length),
                  cut(ints(row.path("rejected_ids")), most - prompt.length),
                  Double.NaN,
                  Double.NaN,
                  1);
            })
        .toList();
  }

  private static int[] cut(int[] completion, int most) {
    return range(completion, 0, Math.min(completion.length, most));
  }

  private static int[] range(int[] ids, int from, int to) {
    return java.util.Arrays.copyOfRange(ids, from, to);
  }

  private List<JsonNode> selected(JsonNode rows) {
    List<JsonNode> all = jsonLines(folder.resolve(rows.path("file").asText()).normalize());
    JsonNode order = rows.path("order");
    if (order.isTextual()) {
      int last = Integer.parseInt(order.asText().substring(order.asText().indexOf("..") + 2));
      return all.subList(0, last + 1);
    }
    return IntStream.of(ints(order)).mapToObj(all::get).toList();
  }

  /** What TRL logged, line by line. */
  List<JsonNode> steps() {
    return jsonLines(folder.resolve("steps.jsonl"));
  }

  JsonNode end() {
    return json(folder.resolve("final.json"));
  }

  /**
   * How far a metric may be from TRL's: what the run's own file suggests, by window of steps, or a
   * default.
   */
  double tolerance(String metric, int step, double otherwise) {
    JsonNode suggested = run.path("suggested_tolerance").path(metric);
    return suggested.isArray()
        ? suggested.get(step <= 5 ? 0 : step <= 20 ? 1 : 2).asDouble()
        : otherwise;
  }

  private static int[] ints(JsonNode array) {
    int[] ints = new int[array.size()];
    java.util.Arrays.setAll(ints, i -> array.get(i).asInt());
    return ints;
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<JsonNode> jsonLines(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      List<JsonNode> all = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        all.add(JSON.readTree(line));
      }
      return all;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
