package dev.plumbline.lm;

/** Text of unknown length and content, made fit for a line of a message or a report. */
public final class Excerpt {
  private static final int MOST = 60;

  private Excerpt() {}

  /** The first 60 characters in one line, an ellipsis for the rest. */
  public static String of(String text) {
    return of(text, MOST);
  }

  /**
   * The start of a text in one line, an ellipsis for the rest.
   *
   * @param most characters (Unicode code points) to keep
   */
  public static String of(String text, int most) {
    int end = 0;
    for (int kept = 0; kept < most && end < text.length(); kept++) {
      end = text.offsetByCodePoints(end, 1);
    }
    String start = text.substring(0, end).replaceAll("\\p{Cntrl}+", " ");
    return end < text.length() ? start + "…" : start;
  }
}
