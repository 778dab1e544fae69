package dev.plumbline.data.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.plumbline.data.rows.Reason;
import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A JSON array: a row an element. */
final class ArrayRows implements RawRows.RowSource {
  // A lone surrogate lives on as an escape: the row's own check finds it.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(RawRows.MAX_ROW_BYTES).build())
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .build();

  private final JsonParser parser;
  private final String source;
  private long number;

  ArrayRows(InputStream in, String source) throws IOException {
    this.parser = JSON.createParser(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    this.source = source;
  }

  @Override
  public RawRow next() throws IOException {
    number++;
    try {
      if (number == 1) {
        parser.nextToken();
      }
      if (parser.nextToken() == JsonToken.END_ARRAY) {
        requireEnd();
        return null;
      }
      StringWriter text = new StringWriter();
      try (JsonGenerator generator = JSON.createGenerator(text)) {
        generator.copyCurrentStructure(parser);
      }
      return text.getBuffer().length() <= RawRows.MAX_ROW_BYTES
          ? RawRow.of(number, text.toString())
          : RawRow.broken(
              number,
              Reason.TOO_LONG,
              "an element of more than " + (RawRows.MAX_ROW_BYTES >> 20) + " MiB",
              "a shorter row");
    } catch (JsonProcessingException e) {
      throw broken(RawRow.found(e), e);
    } catch (CharacterCodingException e) {
      throw broken("bytes that are not UTF-8, there or soon after", e);
    }
  }

  private void requireEnd() throws IOException {
    if (parser.nextToken() != null) {
      throw broken("more text after the array's end", null);
    }
  }

  private PlumblineException broken(String found, Exception cause) {
    return new PlumblineException(
        "%s: element %d of the array cannot be read: %s; mend the file, or write one row a line"
            .formatted(source, number, found),
        cause);
  }
}
