package dev.plumbline.data.read;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.data.rows.Fault;

/** A row of a JSON or JSONL file: an object, or the reason why it is none. */
public sealed interface JsonRow {

  /** The file, as it was named by the caller. */
  String source();

  /** Line number from 1; in a JSON array the number of the element. */
  long line();

  /** A row that holds an object. */
  record Good(String source, long line, ObjectNode object) implements JsonRow {}

  /** A row that does not. */
  record Bad(String source, long line, Fault fault) implements JsonRow {
    /** File, line and fault in one line for people. */
    public String message() {
      return source + " line " + line + ": " + fault;
    }
  }
}
