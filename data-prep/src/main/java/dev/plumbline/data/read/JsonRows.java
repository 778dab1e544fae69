package dev.plumbline.data.read;

import dev.plumbline.data.rows.BadRow;
import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The rows of a JSONL file or of a JSON array, plain or gzip, told from the content: numbered, each
 * an object or the reason why it is none. Needs no Spark. Use it once, and close it.
 */
public final class JsonRows implements Iterator<JsonRow>, AutoCloseable {
  private final String source;
  private final RawRows rows;

  private JsonRows(String source, RawRows rows) {
    this.source = source;
    this.rows = rows;
  }

  /**
   * Opens a file.
   *
   * @throws PlumblineException if it is not there or cannot be read; later also from {@link #next}
   *     where the rest of the file is unreadable (corrupt gzip, a broken array)
   */
  public static JsonRows open(Path file) {
    if (Files.isDirectory(file)) {
      throw new PlumblineException(file + " is a folder, a JSON or JSONL file was expected");
    }
    try {
      return new JsonRows(
          file.toString(), RawRows.open(Files.newInputStream(file), file.toString()));
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot open %s: %s; check the path"
              .formatted(file, Files.exists(file) ? e.getMessage() : "no such file"),
          e);
    }
  }

  /** All rows of some files, in order. */
  public static List<JsonRow> readAll(List<Path> files) {
    List<JsonRow> all = new ArrayList<>();
    for (Path file : files) {
      try (JsonRows rows = open(file)) {
        rows.forEachRemaining(all::add);
      }
    }
    return all;
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public JsonRow next() {
    RawRow row = rows.next();
    try {
      return new JsonRow.Good(source, row.line(), row.object());
    } catch (BadRow e) {
      return new JsonRow.Bad(source, row.line(), e.fault());
    }
  }

  @Override
  public void close() {
    rows.close();
  }
}
