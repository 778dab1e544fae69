package dev.plumbline.lm.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A JSON object in a file, asked for its values by key. Every error names the file, the key, what
 * was found and what was expected. A key whose value is null counts as absent.
 *
 * @param file where it is from
 * @param prefix what stands before its keys: empty, or the key of the object that holds it and a
 *     dot
 * @param node its content
 */
record JsonObject(Path file, String prefix, ObjectNode node) {
  /** Keeps numbers as they are written, so that what is only copied stays the same. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** Reads a file that holds one object. */
  static JsonObject read(Path file) {
    try {
      return new JsonObject(file, "", parse(Files.readAllBytes(file)));
    } catch (JacksonException notJson) {
      throw new PlumblineException(
          "%s is not a JSON object: %s; restore the file".formatted(file, reason(notJson)),
          notJson);
    } catch (IOException unreadable) {
      throw new PlumblineException(
          "%s cannot be read: %s; restore the file".formatted(file, unreadable.getMessage()),
          unreadable);
    }
  }

  /** Parses an object. */
  static ObjectNode parse(byte[] text) throws IOException {
    if (JSON.readTree(text) instanceof ObjectNode object) {
      return object;
    }
    throw new JsonMappingException(null, "it is empty or something else");
  }

  /** Why a text is no JSON, in one line, with the place. */
  static String reason(JacksonException notJson) {
    String message = notJson.getOriginalMessage().replaceAll("\\s+", " ");
    return notJson.getLocation() == null
        ? message
        : message + " (line " + notJson.getLocation().getLineNr() + ")";
  }

  /** An object's text as transformers lays it out: indented by two, keys as they come. */
  static String text(ObjectNode node) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator(""));
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    try {
      return JSON.writer(printer).writeValueAsString(node) + "\n";
    } catch (JacksonException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }

  boolean isSet(String key) {
    return node.hasNonNull(key);
  }

  /** The key with what stands before it. */
  String name(String key) {
    return prefix + key;
  }

  /** A whole number of at least 1. */
  int count(String key) {
    JsonNode value = node.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw wrong(key, "a whole number of at least 1");
    }
    return value.intValue();
  }

  int count(String key, int otherwise) {
    return isSet(key) ? count(key) : otherwise;
  }

  /** A number over 0. */
  double positive(String key) {
    double value = node.path(key).isNumber() ? node.get(key).doubleValue() : 0;
    if (!(value > 0) || Double.isInfinite(value)) {
      throw wrong(key, "a number over 0");
    }
    return value;
  }

  double positive(String key, double otherwise) {
    return isSet(key) ? positive(key) : otherwise;
  }

  String text(String key) {
    if (!node.path(key).isTextual()) {
      throw wrong(key, "a text");
    }
    return node.get(key).textValue();
  }

  String text(String key, String otherwise) {
    return isSet(key) ? text(key) : otherwise;
  }

  boolean flag(String key, boolean otherwise) {
    if (!isSet(key)) {
      return otherwise;
    }
    if (!node.get(key).isBoolean()) {
      throw wrong(key, "true or false");
    }
    return node.get(key).booleanValue();
  }

  /** The object under a key; an empty one if there is none. */
  JsonObject object(String key) {
    if (!isSet(key)) {
      return new JsonObject(file, key + ".", JsonNodeFactory.instance.objectNode());
    }
    if (node.get(key) instanceof ObjectNode object) {
      return new JsonObject(file, name(key) + ".", object);
    }
    throw wrong(key, "an object");
  }

  /** Makes something of the object; what does not fit together is an error that names the file. */
  <T> T checked(Function<JsonObject, T> reader) {
    try {
      return reader.apply(this);
    } catch (IllegalArgumentException misfit) {
      throw new PlumblineException(file + ": " + misfit.getMessage(), misfit);
    }
  }

  /** The error for a value that is not what it should be. */
  PlumblineException wrong(String key, String expected) {
    JsonNode value = node.get(key);
    return new PlumblineException(
        "%s: %s is %s; expected %s"
            .formatted(file, name(key), value == null ? "missing" : value, expected));
  }
}
