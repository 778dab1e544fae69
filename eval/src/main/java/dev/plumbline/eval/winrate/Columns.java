package dev.plumbline.eval.winrate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.data.read.JsonRow;
import dev.plumbline.lm.PlumblineException;

/** Columns of the files that an evaluation reads. */
final class Columns {
  private static final int SHOWN = 60;

  private Columns() {}

  /**
   * A column that holds text.
   *
   * @throws PlumblineException if the row is no object, or the column is missing or no text
   */
  static String text(JsonRow row, String column) {
    if (row instanceof JsonRow.Bad bad) {
      throw new PlumblineException(bad.message() + "; mend the row or take it out");
    }
    JsonNode value = ((JsonRow.Good) row).object().get(column);
    if (value == null || !value.isTextual()) {
      throw new PlumblineException(
          "%s line %d: column %s is %s; expected text"
              .formatted(
                  row.source(),
                  row.line(),
                  column,
                  value == null ? "missing" : shown(value.toString())));
    }
    return value.asText();
  }

  /** A text made fit for a message. */
  static String shown(String text) {
    String line = text.strip().replaceAll("\\p{Cntrl}+", " ");
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
  }
}
