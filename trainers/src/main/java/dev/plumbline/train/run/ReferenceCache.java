package dev.plumbline.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.train.loop.PairBatch;
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

/**
 * Log-probs of all pairs under the frozen reference, kept in a file under a key of everything that
 * decides them. A file with another key is an error, never a wrong number. In a folder each key has
 * a file of its own.
 *
 * <p>The file is JSON lines: the key, then a row a line with the row's id and both log-probs (sums
 * over completion tokens, nats).
 */
public final class ReferenceCache {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROWS = "rows";

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
   * The rows with their reference log-probs: read from the file if it is there, else computed and
   * written.
   *
   * @param reference the frozen model; not moved
   * @param batchSize pairs run at a time
   * @param progress told how many pairs are done
   * @throws PlumblineException if the file was made for another key or other rows; the message
   *     names the difference
   */
  List<PairRow> fill(List<PairRow> rows, Policy reference, int batchSize, IntConsumer progress) {
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
    List<PairRow> filled = compute(rows, reference, sums, batchSize, progress);
    WholeFiles.write(file, temporary -> write(temporary, filled));
    return filled;
  }

  /** Runs the reference over all pairs, in their order. */
  public static List<PairRow> compute(
      List<PairRow> rows, Policy reference, int batchSize, IntConsumer progress) {
    return compute(rows, reference, PairSums.PLAIN, batchSize, progress);
  }

  /** The same with sums of another kind. */
  public static List<PairRow> compute(
      List<PairRow> rows, Policy reference, PairSums sums, int batchSize, IntConsumer progress) {
    List<PairRow> filled = new ArrayList<>(rows.size());
    for (int from = 0; from < rows.size(); from += batchSize) {
      List<PairRow> part = rows.subList(from, Math.min(rows.size(), from + batchSize));
      LogProbs logProbs = reference.logProbs(PairBatch.of(part), Set.of());
      for (int i = 0; i < part.size(); i++) {
        PairRow row = part.get(i);
        filled.add(
            row.withReference(
                sums.of(logProbs.tokens(PairBatch.chosen(i)), row.rejected().length),
                sums.of(logProbs.tokens(PairBatch.rejected(i)), row.chosen().length)));
      }
      progress.accept(filled.size());
    }
    return filled;
  }

  private List<PairRow> read(List<PairRow> rows) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      requireHead(parse(lines.readLine()));
      List<PairRow> filled = new ArrayList<>(rows.size());
      for (PairRow row : rows) {
        JsonNode line = parse(lines.readLine());
        if (!row.id().equals(line.path("id").asText())) {
          throw stale("line %d is not row %s".formatted(filled.size() + 2, row.id()));
        }
        JsonNode chosen = line.path("chosen");
        JsonNode rejected = line.path("rejected");
        if (!chosen.isNumber() || !rejected.isNumber()) {
          throw stale("line %d lacks a log-prob".formatted(filled.size() + 2));
        }
        filled.add(row.withReference(chosen.doubleValue(), rejected.doubleValue()));
      }
      return filled;
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

  private void write(Path temporary, List<PairRow> rows) throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(temporary)) {
      lines.write(head + "\n");
      for (PairRow row : rows) {
        lines.write(
            JSON.createObjectNode()
                    .put("id", row.id())
                    .put("chosen", row.refChosen())
                    .put("rejected", row.refRejected())
                + "\n");
      }
    }
  }
}
