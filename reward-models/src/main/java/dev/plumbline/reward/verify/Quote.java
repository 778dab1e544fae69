package dev.plumbline.reward.verify;

/** Text of unknown length and content, made fit for a line of a report. */
final class Quote {
  private static final int MOST = 60;

  private Quote() {}

  static String of(String text) {
    String line =
        text.substring(0, Math.min(text.length(), MOST + 1)).replaceAll("\\p{Cntrl}+", " ");
    return line.length() > MOST ? "'" + line.substring(0, MOST) + "…'" : "'" + line + "'";
  }
}
