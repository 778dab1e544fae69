package dev.plumbline.eval.winrate;

/**
 * One answer to a prompt.
 *
 * @param text decoded, without special tokens
 * @param tokens its length in tokens, the stop id included; {@link #UNKNOWN} where nobody counted
 * @param end how it ended
 */
public record Answer(String text, int tokens, End end) {
  /** Length of an answer whose tokens nobody counted. */
  public static final int UNKNOWN = -1;

  /** How an answer ended. */
  public enum End {
    /** It met a stop id. */
    FINISHED,
    /** It was cut off at the most tokens that were allowed. */
    CUT,
    /** It came from a file, which doesn't say. */
    UNKNOWN
  }

  /** A text that came without tokens. */
  public static Answer of(String text) {
    return new Answer(text, UNKNOWN, End.UNKNOWN);
  }

  /** Its length in characters (Unicode code points). */
  public int characters() {
    return text.codePointCount(0, text.length());
  }
}
