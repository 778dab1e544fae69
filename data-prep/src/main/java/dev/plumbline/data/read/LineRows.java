package dev.plumbline.data.read;

import dev.plumbline.data.rows.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** JSONL: a row a line. Lines end in \n or \r\n. */
final class LineRows implements RawRows.RowSource {
  private final InputStream in;
  private final CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long number;

  LineRows(InputStream in) {
    this.in = in;
  }

  @Override
  public RawRow next() throws IOException {
    while (readLine()) {
      if (line.size() > RawRows.MAX_ROW_BYTES) {
        return RawRow.broken(
            number,
            Reason.TOO_LONG,
            "a line of more than " + (RawRows.MAX_ROW_BYTES >> 20) + " MiB",
            "a shorter row");
      }
      RawRow row = decode();
      if (row.text() == null || !row.text().isBlank()) {
        return row;
      }
    }
    return null;
  }

  /** Fills {@link #line}, at most one byte beyond the limit; false at the end of the file. */
  private boolean readLine() throws IOException {
    line.reset();
    boolean any = false;
    while (position < limit || fill()) {
      any = true;
      int from = position;
      while (position < limit && buffer[position] != '\n') {
        position++;
      }
      int room = RawRows.MAX_ROW_BYTES + 1 - line.size();
      line.write(buffer, from, Math.min(position - from, room));
      if (position < limit) {
        position++;
        break;
      }
    }
    number += any ? 1 : 0;
    return any;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = in.read(buffer);
    return limit > 0;
  }

  private RawRow decode() {
    ByteBuffer bytes = ByteBuffer.wrap(line.toByteArray());
    try {
      return RawRow.of(number, strict.decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return RawRow.broken(
          number,
          Reason.INVALID_UTF8,
          "bytes that are not UTF-8 after %s good ones".formatted(bytes.position()),
          "UTF-8");
    }
  }
}
