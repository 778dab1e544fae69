package dev.plumbline.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.data.rows.Mismatch;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.train.loop.PairSums;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Log-probs of all completions under a frozen model, kept in a file under a key of everything that
 * decides them. A file with another key is an error, never a wrong number. In a folder each key has
 * a file of its own.
 *
 * <p>The file is JSON lines: the key, then a row a line with the row's id and the log-probs of its
 * completions (sums over tokens, nats).
 */
public final class ReferenceCache {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROWS = "rows";
  private static final String LOG_PROBS = "logps";

  private final Path file;
  private final PairSums sums;
  private final ObjectNode head = JSON.createObjectNode();

  /**
   * @param place where the log-probs are kept: a file, or a folder that is there
   * @param key what decides them
   * @param rowsHash which rows they belong to
   */
  ReferenceCache(Path place, ReferenceKey key, String rowsHash) {
    this.sums = key.sums();
    key.parts().forEach(head::put);
    head.put(ROWS, rowsHash);
    this.file =
        Files.isDirectory(place) ? place.resolve(Hashes.of(head.toString()) + ".jsonl") : place;
  }

  /**
   * The log-probs of rows: read from the file if it is there, else computed and written.
   *
   * @param reference the frozen model; not moved
   * @param batchSize rows run at a time
   * @param progress told how many rows are done
   * @return a row's completions each
   * @throws PlumblineException if the file was made for another key or other rows; the message
   *     names the difference
   */
  List<double[]> logProbs(List<Asked> rows, Policy reference, int batchSize, IntConsumer progress) {
    if (Files.exists(file)) {
      try {
        return read(rows);
      } catch (IOException e) {
        throw new PlumblineException(
            "cannot read %s: %s; delete it to compute the log-probs again"
                .formatted(file, e.getMessage()),
            e);
      }
    }
    List<double[]> logProbs = ask(rows, reference, sums, batchSize, progress);
    WholeFiles.write(file, temporary -> write(temporary, rows, logProbs));
    return logProbs;
  }

  /** Runs the reference over all pairs, in their order. */
  public static List<PairRow> compute(
      List<PairRow> rows, Policy reference, int batchSize, IntConsumer progress) {
    return compute(rows, reference, PairSums.PLAIN, batchSize, progress);
  }

  /** The same with sums of another kind. */
  public static List<PairRow> compute(
      List<PairRow> rows, Policy reference, PairSums sums, int batchSize, IntConsumer progress) {
    List<Asked> asked = rows.stream().map(Asked::of).toList();
    return filled(rows, ask(asked, reference, sums, batchSize, progress));
  }

  static List<PairRow> filled(List<PairRow> rows, List<double[]> logProbs) {
    return IntStream.range(0, rows.size())
        .mapToObj(i -> rows.get(i).withReference(logProbs.get(i)[0], logProbs.get(i)[1]))
        .toList();
  }

  static List<UnpairedRow> filledUnpaired(List<UnpairedRow> rows, List<double[]> logProbs) {
    return IntStream.range(0, rows.size())
        .mapToObj(i -> filled(rows.get(i), logProbs.get(i)))
        .toList();
  }

  private static UnpairedRow filled(UnpairedRow row, double[] logProbs) {
    UnpairedRow filled = row.withReference(logProbs[0]);
    return row.mismatch()
        .map(other -> new Mismatch(other.completion(), logProbs[1], Double.NaN))
        .map(filled::withMismatch)
        .orElse(filled);
  }

  private static List<double[]> ask(
      List<Asked> rows, Policy reference, PairSums sums, int batchSize, IntConsumer progress) {
    List<double[]> all = new ArrayList<>(rows.size());
    for (int from = 0; from < rows.size(); from += batchSize) {
      List<Asked> part = rows.subList(from, Math.min(rows.size(), from + batchSize));
      LogProbs logProbs =
          reference.logProbs(new Batch(part.stream().map(Asked::item).toList()), Set.of());
      int number = 0;
      for (Asked row : part) {
        all.add(sum(row, logProbs, number, sums));
        number += row.completions().size();
      }
      progress.accept(all.size());
    }
    return all;
  }

  private static double[] sum(Asked row, LogProbs logProbs, int first, PairSums sums) {
    double[] values = new double[row.completions().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          values.length == 2
              ? sums.of(logProbs.tokens(first + i), row.completions().get(1 - i).length)
              : logProbs.sum(first + i);
    }
    return values;
  }

  private List<double[]> read(List<Asked> rows) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      requireHead(parse(lines.readLine()));
      List<double[]> all = new ArrayList<>(rows.size());
      for (Asked row : rows) {
        JsonNode line = parse(lines.readLine());
        int number = all.size() + 2;
        if (!row.id().equals(line.path("id").asText())) {
          throw stale("line %d is not row %s".formatted(number, row.id()));
        }
        JsonNode values = line.path(LOG_PROBS);
        double[] logProbs = new double[row.completions().size()];
        for (int i = 0; i < logProbs.length; i++) {
          if (values.size() != logProbs.length || !values.path(i).isNumber()) {
            throw stale("line %d lacks a log-prob".formatted(number));
          }
          logProbs[i] = values.path(i).doubleValue();
        }
        all.add(logProbs);
      }
      return all;
    }
  }

  private void requireHead(JsonNode found) {
    for (Map.Entry<String, JsonNode> wanted : head.properties()) {
      String value = found.path(wanted.getKey()).asText("missing");
      if (!value.equals(wanted.getValue().asText())) {
        throw stale(
            "%s is %s, this run's is %s"
                .formatted(wanted.getKey(), value, wanted.getValue().asText()));
      }
    }
  }

  private PlumblineException stale(String difference) {
    return new PlumblineException(
        "stale reference log-probs in %s: %s; delete the file to compute them again"
            .formatted(file, difference));
  }

  private JsonNode parse(String line) {
    try {
      return line == null ? JSON.createObjectNode() : JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw stale("a line is not JSON");
    }
  }

  private void write(Path temporary, List<Asked> rows, List<double[]> logProbs) throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(temporary)) {
      lines.write(head + "\n");
      for (int i = 0; i < rows.size(); i++) {
        ObjectNode line = JSON.createObjectNode().put("id", rows.get(i).id());
        line.set(LOG_PROBS, JSON.valueToTree(logProbs.get(i)));
        lines.write(line + "\n");
      }
    }
  }
}
