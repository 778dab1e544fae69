package dev.plumbline.train.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How long things take, in {@code timing.jsonl}: the only part of a run that two runs do not share.
 */
final class Timing implements AutoCloseable {
  private static final double NANOS = 1e9;

  private final Optional<JsonLines> file;
  private final String unit;
  private final long start = System.nanoTime();
  private long mark;
  private long trainingNanos;
  private long rows;
  private long tokens;
  private long loggedNanos;
  private long loggedRows;
  private long loggedTokens;

  Timing(Optional<Path> folder, String unit) {
    this.file = folder.map(path -> new JsonLines(path.resolve("timing.jsonl")));
    this.unit = unit;
  }

  /** Begins a session after a step. */
  void begin(long step) {
    file.ifPresent(JsonLines::cutPartialLine);
    if (step > 0) {
      write(step, Map.of("resumed", true));
    }
  }

  /** Something begins that is timed: a step, an evaluation, a checkpoint. */
  void mark() {
    mark = System.nanoTime();
  }

  void trained(int newRows, long newTokens) {
    trainingNanos += System.nanoTime() - mark;
    rows += newRows;
    tokens += newTokens;
  }

  void evaluated(long step) {
    write(step, Map.of("evaluation_seconds", (System.nanoTime() - mark) / NANOS));
  }

  void saved(long step) {
    write(step, Map.of("checkpoint_seconds", (System.nanoTime() - mark) / NANOS));
  }

  /** Rates since the last line: of training alone, without evaluation and checkpoints. */
  void log(long step) {
    double seconds = (trainingNanos - loggedNanos) / NANOS;
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("training_seconds", trainingNanos / NANOS);
    line.put(unit + "_per_second", (rows - loggedRows) / seconds);
    line.put("tokens_per_second", (tokens - loggedTokens) / seconds);
    residentBytes().ifPresent(bytes -> line.put("rss_mib", bytes >> 20));
    write(step, line);
    loggedNanos = trainingNanos;
    loggedRows = rows;
    loggedTokens = tokens;
  }

  private void write(long step, Map<String, ?> values) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", step);
    line.put("seconds", (System.nanoTime() - start) / NANOS);
    line.putAll(values);
    file.ifPresent(lines -> lines.write(line));
  }

  /** Rates since the start, for a progress bar. */
  String rates() {
    double seconds = trainingNanos / NANOS;
    return String.format(
        Locale.ROOT, "%.1f %s/s, %.0f tokens/s", rows / seconds, unit, tokens / seconds);
  }

  /** Memory that the process has in RAM, where the platform tells. */
  private static OptionalLong residentBytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException | RuntimeException noProc) {
      return OptionalLong.empty();
    }
  }

  @Override
  public void close() {
    file.ifPresent(JsonLines::close);
  }
}
