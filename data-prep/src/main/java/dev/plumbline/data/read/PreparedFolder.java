package dev.plumbline.data.read;

import dev.plumbline.data.rows.Columns;
import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Reads a folder that {@code prepare} wrote, without a Spark session: rows in the order of the raw
 * inputs.
 */
public final class PreparedFolder {
  /** Sub-folder of the rows for training. */
  public static final String TRAIN = "train";

  /** Sub-folder of the rows set apart; not there if none were asked for. */
  public static final String VALIDATION = "validation";

  /** File of the bad rows: JSON lines of source, line, reason, column, found, expected. */
  public static final String QUARANTINE = "quarantine.jsonl";

  private static final List<ParquetColumn> PAIR_COLUMNS =
      List.of(
          new ParquetColumn(Columns.ID, ParquetColumn.Kind.TEXT, true),
          new ParquetColumn(Columns.PROMPT_IDS, ParquetColumn.Kind.INTEGERS, true),
          new ParquetColumn(Columns.CHOSEN_IDS, ParquetColumn.Kind.INTEGERS, true),
          new ParquetColumn(Columns.REJECTED_IDS, ParquetColumn.Kind.INTEGERS, true),
          number(Columns.REF_CHOSEN_LOGPS),
          number(Columns.REF_REJECTED_LOGPS),
          number(Columns.WEIGHT));
  private static final List<ParquetColumn> COMPLETION_COLUMNS =
      List.of(
          new ParquetColumn(Columns.ID, ParquetColumn.Kind.TEXT, true),
          new ParquetColumn(Columns.PROMPT_IDS, ParquetColumn.Kind.INTEGERS, true),
          new ParquetColumn(Columns.COMPLETION_IDS, ParquetColumn.Kind.INTEGERS, true),
          number(Columns.WEIGHT));
  private static final List<ParquetColumn> UNPAIRED_COLUMNS =
      List.of(
          new ParquetColumn(Columns.ID, ParquetColumn.Kind.TEXT, true),
          new ParquetColumn(Columns.PROMPT_IDS, ParquetColumn.Kind.INTEGERS, true),
          new ParquetColumn(Columns.COMPLETION_IDS, ParquetColumn.Kind.INTEGERS, true),
          new ParquetColumn(Columns.LABEL, ParquetColumn.Kind.FLAG, true),
          number(Columns.REF_LOGPS),
          number(Columns.WEIGHT));

  private final Path folder;
  private final Manifest manifest;

  private PreparedFolder(Path folder, Manifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /**
   * Opens a folder.
   *
   * @throws PlumblineException if it is no prepared folder
   */
  public static PreparedFolder open(Path folder) {
    Path file = folder.resolve(Manifest.FILE);
    if (!Files.isRegularFile(file)) {
      throw new PlumblineException(
          "%s holds no %s; a folder that prepare wrote was expected"
              .formatted(folder, Manifest.FILE));
    }
    return new PreparedFolder(folder, Manifest.read(file));
  }

  /** Whether a folder looks like one that {@code prepare} wrote. */
  public static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve(Manifest.FILE));
  }

  /** Counts, options, hashes, versions. */
  public Manifest manifest() {
    return manifest;
  }

  /**
   * The kind of the raw rows: {@link #pairs} of pairs and transcripts, {@link #unpaired} of answers
   * with labels, {@link #completions} of completions and texts.
   */
  public RowKind kind() {
    return RowKind.ofKey(manifest.kind());
  }

  /**
   * The pairs for training.
   *
   * @throws PlumblineException if the folder does not hold pairs, or a file cannot be read or has
   *     other columns; the message lists what was found
   */
  public List<PairRow> pairs() {
    return pairs(TRAIN);
  }

  /** The pairs set apart, none if none were. */
  public List<PairRow> validationPairs() {
    return pairs(VALIDATION);
  }

  /**
   * The answers with labels for training.
   *
   * @throws PlumblineException as {@link #pairs}, if the folder does not hold such rows
   */
  public List<UnpairedRow> unpaired() {
    return unpaired(TRAIN);
  }

  /** The answers with labels set apart, none if none were. */
  public List<UnpairedRow> validationUnpaired() {
    return unpaired(VALIDATION);
  }

  /** The completions or texts for training. */
  public List<CompletionRow> completions() {
    return completions(TRAIN);
  }

  /** The completions or texts set apart, none if none were. */
  public List<CompletionRow> validationCompletions() {
    return completions(VALIDATION);
  }

  /**
   * Hash of all rows in their order, for training and set apart, with the optional columns. Reads
   * the whole folder. (Not of the files' bytes: Parquet lists encodings in an order that differs
   * between two runs of the same program.)
   */
  public String dataHash() {
    MessageDigest digest = Hashes.sha256();
    for (String split : List.of(TRAIN, VALIDATION)) {
      digest.update((split + "\n").getBytes(StandardCharsets.UTF_8));
      List<String> objectives = objectives(split);
      RowHash.update(digest, objectives.toArray());
      read(split, columns(objectives), row -> RowHash.update(digest, row));
    }
    return Hashes.hex(digest.digest());
  }

  private List<ParquetColumn> columns(List<String> objectives) {
    return switch (kind()) {
      case PAIRS, TRANSCRIPTS -> pairColumns(objectives);
      case UNPAIRED -> UNPAIRED_COLUMNS;
      case COMPLETIONS, TEXT -> COMPLETION_COLUMNS;
    };
  }

  private List<PairRow> pairs(String split) {
    require(kind().isPair(), "pairs");
    List<String> objectives = objectives(split);
    List<PairRow> rows = new ArrayList<>();
    read(
        split,
        pairColumns(objectives),
        row ->
            rows.add(
                new PairRow(
                    (String) row[0],
                    (int[]) row[1],
                    (int[]) row[2],
                    (int[]) row[3],
                    number(row[4], Double.NaN),
                    number(row[5], Double.NaN),
                    number(row[6], 1),
                    margins(objectives, row))));
    return rows;
  }

  /** The objectives that any file of a split has margins for. */
  private List<String> objectives(String split) {
    return files(split).stream()
        .flatMap(file -> ParquetRows.columns(file).stream())
        .flatMap(column -> Columns.objective(column).stream())
        .distinct()
        .sorted()
        .toList();
  }

  private static List<ParquetColumn> pairColumns(List<String> objectives) {
    List<ParquetColumn> columns = new ArrayList<>(PAIR_COLUMNS);
    for (String objective : objectives) {
      columns.add(number(Columns.marginChosen(objective)));
      columns.add(number(Columns.marginRejected(objective)));
    }
    return columns;
  }

  /** The margins behind a pair's other columns; a row with null on both sides has none. */
  private SortedMap<String, Margin> margins(List<String> objectives, Object[] row) {
    SortedMap<String, Margin> margins = new TreeMap<>();
    int place = PAIR_COLUMNS.size();
    for (String objective : objectives) {
      Double chosen = (Double) row[place++];
      Double rejected = (Double) row[place++];
      if (chosen == null && rejected == null) {
        continue;
      }
      if (!isFinite(chosen) || !isFinite(rejected)) {
        throw new PlumblineException(
            "%s: row %s has %s = %s and %s = %s; expected two finite numbers, or null in both; prepare the data again"
                .formatted(
                    folder,
                    row[0],
                    Columns.marginChosen(objective),
                    chosen,
                    Columns.marginRejected(objective),
                    rejected));
      }
      margins.put(objective, new Margin(chosen, rejected));
    }
    return margins;
  }

  private static boolean isFinite(Double value) {
    return value != null && Double.isFinite(value);
  }

  private List<UnpairedRow> unpaired(String split) {
    require(kind() == RowKind.UNPAIRED, "rows of kind " + RowKind.UNPAIRED);
    List<UnpairedRow> rows = new ArrayList<>();
    read(
        split,
        UNPAIRED_COLUMNS,
        row ->
            rows.add(
                new UnpairedRow(
                    (String) row[0],
                    (int[]) row[1],
                    (int[]) row[2],
                    (Boolean) row[3],
                    number(row[4], Double.NaN),
                    number(row[5], 1))));
    return rows;
  }

  private List<CompletionRow> completions(String split) {
    require(kind() == RowKind.COMPLETIONS || kind() == RowKind.TEXT, "completions");
    List<CompletionRow> rows = new ArrayList<>();
    read(
        split,
        COMPLETION_COLUMNS,
        row ->
            rows.add(
                new CompletionRow(
                    (String) row[0], (int[]) row[1], (int[]) row[2], number(row[3], 1))));
    return rows;
  }

  private void read(String split, List<ParquetColumn> columns, Consumer<Object[]> sink) {
    List<String> optional = null;
    for (Path file : files(split)) {
      List<String> found =
          ParquetRows.read(file, columns, row -> sink.accept(complete(file, columns, row)));
      if (optional != null && !optional.equals(found)) {
        throw new PlumblineException(
            "%s has the optional columns %s, the files before it %s; write them for all rows"
                .formatted(file, found, optional));
      }
      optional = found;
    }
  }

  /** The files of a split by name. */
  private List<Path> files(String split) {
    Path path = folder.resolve(split);
    if (!Files.isDirectory(path) && split.equals(VALIDATION)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[^._].*\\.parquet"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private void require(boolean fits, String wanted) {
    if (!fits) {
      throw new PlumblineException(
          "%s holds rows of kind %s, but %s are needed; give another folder"
              .formatted(folder, kind(), wanted));
    }
  }

  private static Object[] complete(Path file, List<ParquetColumn> columns, Object[] row) {
    for (int i = 0; i < row.length; i++) {
      if (row[i] == null && columns.get(i).required()) {
        throw new PlumblineException(
            "%s: a row has null in %s; prepare the data again"
                .formatted(file, columns.get(i).name()));
      }
    }
    return row;
  }

  private static ParquetColumn number(String name) {
    return new ParquetColumn(name, ParquetColumn.Kind.NUMBER, false);
  }

  private static double number(Object value, double absent) {
    return value == null ? absent : (Double) value;
  }

  private static PlumblineException unreadable(Path file, IOException e) {
    return new PlumblineException(
        "cannot read %s: %s; prepare the data again".formatted(file, e.getMessage()), e);
  }
}
