package dev.plumbline.eval.winrate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.data.read.JsonRow;
import dev.plumbline.lm.Excerpt;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.text.TextTokenizer;

/** Cells of the files that an evaluation reads. */
final class Cells {
  private Cells() {}

  /**
   * The text in a column of a row.
   *
   * @throws PlumblineException if the row is no object, or the column is missing or holds no text
   *     that can be encoded
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
    int surrogate = TextTokenizer.loneSurrogate(value.textValue());
    if (surrogate >= 0) {
      throw new PlumblineException(
          "%s line %s: column %s has half a surrogate pair at character %s; expected Unicode text"
              .formatted(row.source(), row.line(), column, surrogate));
    }
    return value.textValue();
  }
}
