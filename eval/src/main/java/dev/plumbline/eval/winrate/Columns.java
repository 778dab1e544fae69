package dev.plumbline.eval.winrate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.data.read.JsonRow;
import dev.plumbline.lm.Excerpt;
import dev.plumbline.lm.PlumblineException;

/** Columns of the files that an evaluation reads. */
final class Columns {
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
                  value == null ? "missing" : Excerpt.of(value.toString())));
    }
    return value.asText();
  }
}
