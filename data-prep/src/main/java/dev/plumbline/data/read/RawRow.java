package dev.plumbline.data.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.data.rows.Fault;
import dev.plumbline.data.rows.Reason;

/**
 * A row's text before it is parsed.
 *
 * @param line line number from 1; in a JSON array the number of the element
 * @param text the JSON, null if there is a fault
 * @param fault why there is no text, else null
 */
public record RawRow(long line, String text, Fault fault) {
  private static final int SHOWN = 60;
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

  static RawRow of(long line, String text) {
    return new RawRow(line, text, null);
  }

  static RawRow broken(long line, Reason reason, String found, String expected) {
    return new RawRow(line, null, Fault.ofRow(reason, found, expected));
  }

  /**
   * The row parsed.
   *
   * @param source the file's name
   */
  public JsonRow parse(String source) {
    if (fault != null) {
      return new JsonRow.Bad(source, line, fault);
    }
    try {
      JsonNode node = JSON.readTree(text);
      if (node instanceof ObjectNode object) {
        return new JsonRow.Good(source, line, object);
      }
      return bad(source, Reason.NOT_AN_OBJECT, start(), "an object in braces");
    } catch (JsonProcessingException e) {
      String column = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      return bad(
          source, Reason.BAD_JSON, e.getOriginalMessage().strip() + column, "one JSON object");
    }
  }

  private JsonRow.Bad bad(String source, Reason reason, String found, String expected) {
    return new JsonRow.Bad(source, line, Fault.ofRow(reason, found.replace('\n', ' '), expected));
  }

  private String start() {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
