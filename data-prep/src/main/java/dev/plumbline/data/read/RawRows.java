package dev.plumbline.data.read;

import dev.plumbline.lm.PlumblineException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The rows of a JSONL file or of a JSON array as numbered texts, not yet parsed. The form is told
 * from the content, never from the name: gzip by its magic number, an array by its first character.
 * Blank lines are no rows but count as lines.
 *
 * <p>A line that cannot be a row (too long, no UTF-8) is a row with a fault. What breaks the file
 * from there on (corrupt gzip, an array that is not JSON) is a {@link PlumblineException}: what
 * follows cannot be known.
 */
public final class RawRows implements Iterator<RawRow>, AutoCloseable {
  /** The longest row that is read, in bytes: 32 MiB. */
  public static final int MAX_ROW_BYTES = 32 << 20;

  private static final int BUFFER = 1 << 16;

  private final String source;
  private final InputStream in;
  private final RowSource rows;
  private RawRow next;
  private long last;

  /** One of the two forms; returns null at the end. */
  interface RowSource {
    RawRow next() throws IOException;
  }

  private RawRows(String source, InputStream in, RowSource rows) {
    this.source = source;
    this.in = in;
    this.rows = rows;
  }

  /**
   * Reads a stream and closes it in the end, or at once if it cannot be read.
   *
   * @param source the file's name, for messages
   */
  public static RawRows open(InputStream stream, String source) {
    try {
      BufferedInputStream bytes = new BufferedInputStream(stream, BUFFER);
      if (startsWith(bytes, 0x1f, 0x8b)) {
        bytes = new BufferedInputStream(new GZIPInputStream(bytes, BUFFER), BUFFER);
      }
      if (startsWith(bytes, 0xfe, 0xff) || startsWith(bytes, 0xff, 0xfe)) {
        throw new IOException("UTF-16, where UTF-8 was expected");
      }
      if (startsWith(bytes, 0xef, 0xbb, 0xbf)) {
        bytes.skipNBytes(3);
      }
      boolean array = firstVisible(bytes) == '[';
      return new RawRows(source, bytes, array ? new ArrayRows(bytes, source) : new LineRows(bytes));
    } catch (IOException e) {
      try {
        stream.close();
      } catch (IOException close) {
        e.addSuppressed(close);
      }
      throw unreadable(source, 0, e);
    }
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      try {
        next = rows.next();
      } catch (IOException e) {
        throw unreadable(source, last, e);
      }
    }
    return next != null;
  }

  @Override
  public RawRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    RawRow row = next;
    last = row.line();
    next = null;
    return row;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw unreadable(source, last, e);
    }
  }

  private static boolean startsWith(InputStream in, int... magic) throws IOException {
    in.mark(magic.length);
    boolean same = true;
    for (int expected : magic) {
      same &= in.read() == expected;
    }
    in.reset();
    return same;
  }

  /** The first byte that is not blank, -1 if there is none near the start. */
  private static int firstVisible(InputStream in) throws IOException {
    in.mark(BUFFER);
    int found = in.read();
    for (int read = 1; read < BUFFER && found >= 0 && found <= ' '; read++) {
      found = in.read();
    }
    in.reset();
    return found;
  }

  private static PlumblineException unreadable(String source, long line, IOException cause) {
    boolean gzip = cause instanceof ZipException || cause instanceof EOFException;
    String reason = cause.getMessage() == null ? "it ends too early" : cause.getMessage();
    return new PlumblineException(
        "%s cannot be read after line %d: %s; %s"
            .formatted(
                source,
                line,
                gzip ? "corrupt gzip, " + reason : reason,
                gzip ? "fetch the file again" : "check the file and the disk"),
        cause);
  }
}
