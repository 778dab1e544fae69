package dev.plumbline.data.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.Excerpt;
import dev.plumbline.lm.text.TextTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads rows of one kind out of JSON objects, and says what is wrong with those that are none. */
public final class RowParser {
  private static final List<String> CHAT_COLUMNS = List.of("messages", "conversations");
  private static final int SHOWN = 200;

  private final RowKind kind;

  /** A reader of one kind. */
  public RowParser(RowKind kind) {
    this.kind = kind;
  }

  /**
   * The row of an object. Columns that the kind does not have are left alone.
   *
   * @throws BadRow if it is no row of the kind
   */
  public TextRow parse(ObjectNode object) throws BadRow {
    return switch (kind) {
      case PAIRS -> pair(object);
      case TRANSCRIPTS -> transcripts(object);
      case UNPAIRED ->
          new TextRow.Unpaired(
              text(object, Columns.PROMPT), someText(object, Columns.COMPLETION), label(object));
      case COMPLETIONS ->
          new TextRow.Completion(
              text(object, Columns.PROMPT), someText(object, Columns.COMPLETION));
      case TEXT -> new TextRow.Document(someText(object, Columns.TEXT));
    };
  }

  /**
   * The numbers of optional columns, null for a column that the row does not have.
   *
   * @param columns {@link Columns#WEIGHT} and columns of margins
   * @throws BadRow if one holds something else, or only one side of a margin is there
   */
  public List<Double> numbers(ObjectNode object, List<String> columns) throws BadRow {
    List<Double> numbers = new ArrayList<>();
    for (String column : columns) {
      Optional<String> objective = Columns.objective(column);
      if (object.has(column)) {
        numbers.add(number(object, column));
      } else if (objective.isPresent() && hasMargin(object, objective.get())) {
        throw bad(
            Reason.MISSING_COLUMN, column, "only the margin's other side", "both sides, or none");
      } else {
        numbers.add(null);
      }
    }
    return numbers;
  }

  private static boolean hasMargin(ObjectNode object, String objective) {
    return object.has(Columns.marginChosen(objective))
        || object.has(Columns.marginRejected(objective));
  }

  private static double number(ObjectNode object, String column) throws BadRow {
    boolean weight = column.equals(Columns.WEIGHT);
    String expected = weight ? "a finite number above 0" : "a finite number";
    JsonNode value = object.get(column);
    if (value.isNull()) {
      throw bad(Reason.NULL_VALUE, column, "null", expected + ", or no such column");
    }
    if (!value.isNumber()) {
      throw bad(Reason.WRONG_TYPE, column, describe(value), expected);
    }
    double number = value.doubleValue();
    if (!Double.isFinite(number) || weight && number <= 0) {
      throw bad(Reason.OUT_OF_RANGE, column, describe(value), expected);
    }
    return number;
  }

  private TextRow pair(ObjectNode object) throws BadRow {
    String prompt = text(object, Columns.PROMPT);
    String chosen = someText(object, Columns.CHOSEN);
    String rejected = someText(object, Columns.REJECTED);
    requireDifferent(chosen, rejected);
    return new TextRow.Pair(prompt, chosen, rejected);
  }

  private TextRow transcripts(ObjectNode object) throws BadRow {
    String chosen = someText(object, Columns.CHOSEN);
    String rejected = someText(object, Columns.REJECTED);
    requireDifferent(chosen, rejected);
    return SharedPrompt.split(chosen, rejected);
  }

  private boolean label(ObjectNode object) throws BadRow {
    JsonNode value = object.get(Columns.LABEL);
    if (value == null) {
      throw missing(object, Columns.LABEL);
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isNumber() && (value.doubleValue() == 0 || value.doubleValue() == 1)) {
      return value.doubleValue() == 1;
    }
    Reason reason = value.isNull() ? Reason.NULL_VALUE : Reason.WRONG_TYPE;
    String expected =
        "true or false, 1 or 0; where it is no such label, prepare with --kind "
            + RowKind.COMPLETIONS.key();
    throw bad(reason, Columns.LABEL, describe(value), expected);
  }

  private static void requireDifferent(String chosen, String rejected) throws BadRow {
    if (chosen.equals(rejected)) {
      throw new BadRow(
          Reason.TIE, "the same text as chosen and as rejected", "two different answers");
    }
  }

  private String someText(ObjectNode object, String column) throws BadRow {
    String text = text(object, column);
    if (text.isEmpty()) {
      throw bad(Reason.EMPTY, column, "empty text", "some text");
    }
    return text;
  }

  private String text(ObjectNode object, String column) throws BadRow {
    JsonNode value = object.get(column);
    if (value == null) {
      throw missing(object, column);
    }
    if (value.isNull()) {
      throw bad(Reason.NULL_VALUE, column, "null", "text");
    }
    if (value.isArray() || value.isObject()) {
      throw isMessages(value)
          ? conversational(column)
          : bad(Reason.WRONG_TYPE, column, describe(value), "text");
    }
    if (!value.isTextual()) {
      throw bad(Reason.WRONG_TYPE, column, describe(value), "text");
    }
    String text = value.textValue();
    int surrogate = TextTokenizer.loneSurrogate(text);
    if (surrogate >= 0) {
      String found =
          "\\u%04x alone at character %s".formatted((int) text.charAt(surrogate), surrogate);
      throw bad(Reason.LONE_SURROGATE, column, found, "Unicode text");
    }
    return text;
  }

  private BadRow missing(ObjectNode object, String column) {
    for (String chat : CHAT_COLUMNS) {
      if (object.has(chat)) {
        return conversational(chat);
      }
    }
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String found = names.isEmpty() ? "no column" : "columns " + String.join(", ", names);
    return bad(Reason.MISSING_COLUMN, column, Excerpt.of(found, SHOWN), kind.toString());
  }

  private static BadRow conversational(String column) {
    return bad(
        Reason.CONVERSATIONAL,
        column,
        "a list of messages",
        "text; messages need a chat template, render them first");
  }

  private static boolean isMessages(JsonNode value) {
    JsonNode first = value.isArray() ? value.path(0) : value;
    return first.isObject() && (first.has("role") || first.has("from"));
  }

  private static String describe(JsonNode value) {
    JsonNodeType type = value.getNodeType();
    return Excerpt.of(type.name().toLowerCase(Locale.ROOT) + " " + value, SHOWN);
  }

  private static BadRow bad(Reason reason, String column, String found, String expected) {
    return new BadRow(new Fault(reason, column, found, expected));
  }
}
