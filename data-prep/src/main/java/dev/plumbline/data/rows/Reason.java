package dev.plumbline.data.rows;

import java.util.Locale;

/** Why a row is put into quarantine. The manifest counts rows by the lower-case name. */
public enum Reason {
  /** A line longer than a row may be. */
  TOO_LONG,
  /** Bytes that are no UTF-8. */
  INVALID_UTF8,
  /** Text that is no JSON. */
  BAD_JSON,
  /** JSON, but no object. */
  NOT_AN_OBJECT,
  /** A column of the kind is not there. */
  MISSING_COLUMN,
  /** A column is null. */
  NULL_VALUE,
  /** A column holds something of another type. */
  WRONG_TYPE,
  /** A number that is not finite, or a weight that is not above 0. */
  OUT_OF_RANGE,
  /** A column holds a list of messages, which needs a chat template. */
  CONVERSATIONAL,
  /** Text with half of a surrogate pair, which no encoding can write. */
  LONE_SURROGATE,
  /** A side of the row has no text. */
  EMPTY,
  /** Both answers are the same. */
  TIE,
  /** Two transcripts part before their last assistant turn. */
  DIVERGES_EARLY,
  /** A transcript without an assistant turn. */
  NO_ASSISTANT_TURN,
  /** One text is the beginning of the other, so that nothing is left as its answer. */
  NO_ANSWER,
  /** A prompt of no token: the tokenizer adds no BOS. */
  EMPTY_PROMPT,
  /** The prompt alone reaches the maximum length. */
  PROMPT_TOO_LONG,
  /** The answer alone reaches the maximum length, so that nothing of its prompt would be kept. */
  COMPLETION_TOO_LONG,
  /** The row is longer than the maximum length, and rows were not to be cut. */
  ROW_TOO_LONG,
  /** Both answers are the same tokens once they are cut. */
  TIE_AFTER_TRUNCATION;

  /** The name in files: lower case. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
