package dev.plumbline.data.stages;

import dev.plumbline.data.rows.Columns;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.lm.PlumblineException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a first look at the inputs found, before anything is tokenised.
 *
 * @param files what was seen of each file, in their order
 */
record Inspection(List<Seen> files) {

  /**
   * One file.
   *
   * @param file which
   * @param sha256 hash of its bytes
   * @param rows how many rows it holds, good or bad
   * @param columns how many rows have a column of that name
   * @param kinds the first line of each kind that a row of it can be
   */
  record Seen(
      InputFile file,
      String sha256,
      long rows,
      TreeMap<String, Long> columns,
      EnumMap<RowKind, Long> kinds)
      implements Serializable {}

  /** All rows, good or bad. */
  long rows() {
    return files.stream().mapToLong(Seen::rows).sum();
  }

  /**
   * The kind of all rows.
   *
   * @param forced what the user says it is; else the only kind that occurs
   * @throws PlumblineException if there is no row, no row of a kind, or rows of several kinds
   */
  RowKind kind(Optional<RowKind> forced) {
    if (rows() == 0) {
      throw new PlumblineException(
          "no row in %s; expected a JSON object a line, or an array of them".formatted(names()));
    }
    if (forced.isPresent()) {
      return forced.get();
    }
    Map<RowKind, String> first = firstOfEachKind();
    if (first.size() == 1) {
      return first.keySet().iterator().next();
    }
    if (first.isEmpty()) {
      throw new PlumblineException(
          "no row of %s is of a known kind: found columns %s, expected one of %s"
              .formatted(names(), describe(columns()), RowKind.describeAll()));
    }
    String found =
        first.entrySet().stream()
            .map(kind -> kind.getKey() + " first in " + kind.getValue())
            .collect(Collectors.joining("; "));
    throw new PlumblineException(
        "rows of several kinds: %s; prepare them apart, or name the kind: other rows then go to quarantine"
            .formatted(found));
  }

  /** The optional columns of numbers that some row has: its weight, and the margins of pairs. */
  List<String> numbers(RowKind kind) {
    TreeSet<String> objectives = new TreeSet<>();
    Set<String> found = columns().keySet();
    found.forEach(column -> Columns.objective(column).ifPresent(objectives::add));
    List<String> numbers = new ArrayList<>();
    if (found.contains(Columns.WEIGHT)) {
      numbers.add(Columns.WEIGHT);
    }
    if (kind.isPair()) {
      for (String objective : objectives) {
        numbers.add(Columns.marginChosen(objective));
        numbers.add(Columns.marginRejected(objective));
      }
    }
    return numbers;
  }

  /** Columns that rows of a kind do not have, with the number of rows that have them. */
  TreeMap<String, Long> ignoredColumns(RowKind kind) {
    TreeMap<String, Long> ignored = columns();
    kind.columns().forEach(ignored::remove);
    numbers(kind).forEach(ignored::remove);
    return ignored;
  }

  /** The names of the files, for messages. */
  String names() {
    int shown = 3;
    String names =
        files.stream()
            .limit(shown)
            .map(seen -> seen.file().name())
            .collect(Collectors.joining(", "));
    return files.size() > shown
        ? "%s and %d more files".formatted(names, files.size() - shown)
        : names;
  }

  private TreeMap<String, Long> columns() {
    TreeMap<String, Long> all = new TreeMap<>();
    files.forEach(seen -> seen.columns().forEach((name, rows) -> all.merge(name, rows, Long::sum)));
    return all;
  }

  private Map<RowKind, String> firstOfEachKind() {
    Map<RowKind, String> first = new EnumMap<>(RowKind.class);
    for (Seen seen : files) {
      seen.kinds()
          .forEach((kind, line) -> first.putIfAbsent(kind, seen.file().name() + " line " + line));
    }
    return first;
  }

  private static String describe(TreeMap<String, Long> columns) {
    return columns.isEmpty()
        ? "none"
        : columns.entrySet().stream()
            .limit(20)
            .map(column -> column.getKey() + " (" + column.getValue() + " rows)")
            .collect(Collectors.joining(", "));
  }
}
