package dev.plumbline.data.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.data.rows.BadRow;
import dev.plumbline.data.rows.Fault;
import dev.plumbline.data.rows.Reason;
import dev.plumbline.lm.Excerpt;

/**
 * A row's text before it is parsed.
 *
 * @param line line number from 1; in a JSON array the number of the element
 * @param text the JSON, null if there is a fault
 * @param fault why there is no text, else null
 */
public record RawRow(long line, String text, Fault fault) {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(RawRows.MAX_ROW_BYTES)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  /** A row of good text. */
  public static RawRow of(long line, String text) {
    return new RawRow(line, text, null);
  }

  static RawRow broken(long line, Reason reason, String found, String expected) {
    return new RawRow(line, null, Fault.ofRow(reason, found, expected));
  }

  /**
   * The row's object.
   *
   * @throws BadRow if it is none
   */
  public ObjectNode object() throws BadRow {
    if (fault != null) {
      throw new BadRow(fault);
    }
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return object;
      }
      throw new BadRow(Fault.ofRow(Reason.NOT_AN_OBJECT, Excerpt.of(text), "an object in braces"));
    } catch (JsonProcessingException e) {
      String column = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      throw new BadRow(Fault.ofRow(Reason.BAD_JSON, found(e) + column, "one JSON object"));
    }
  }

  /**
   * What is wrong with some JSON, in a line; Jackson adds where a scope began, without saying it.
   */
  static String found(JsonProcessingException e) {
    return e.getOriginalMessage()
        .replaceAll(" \\(start marker at \\[Source: [^\\]]*\\]\\)", "")
        .strip()
        .replace('\n', ' ');
  }
}
