package dev.plumbline.data.rows;

/** Splits two texts that begin with the same prompt into that prompt and two answers. */
final class SharedPrompt {
  private static final String ASSISTANT = "\n\nAssistant:";
  private static final String HUMAN = "\n\nHuman:";

  private SharedPrompt() {}

  /**
   * Transcripts (texts with a {@code \n\nHuman:} or {@code \n\nAssistant:}) are split behind their
   * last assistant turn, which must be the same in both. Other texts are split where they begin to
   * differ; a single blank before that place belongs to the answers.
   *
   * @throws BadRow if no prompt with two answers comes out
   */
  static TextRow.Pair split(String chosen, String rejected) throws BadRow {
    return isTranscript(chosen) || isTranscript(rejected)
        ? splitTranscripts(chosen, rejected)
        : splitTexts(chosen, rejected);
  }

  private static boolean isTranscript(String text) {
    return text.contains(ASSISTANT) || text.contains(HUMAN);
  }

  private static TextRow.Pair splitTranscripts(String chosen, String rejected) throws BadRow {
    int turn = chosen.lastIndexOf(ASSISTANT);
    int other = rejected.lastIndexOf(ASSISTANT);
    String expected = "transcripts that are the same up to the last \"\\n\\nAssistant:\"";
    if (turn < 0 && other < 0) {
      throw new BadRow(Reason.NO_ASSISTANT_TURN, "transcripts without \\n\\nAssistant:", expected);
    }
    int common = commonPrefix(chosen, rejected);
    if (turn != other || common < turn + ASSISTANT.length()) {
      throw new BadRow(
          Reason.DIVERGES_EARLY, "a difference at character " + common + " already", expected);
    }
    return pair(chosen, rejected, turn + ASSISTANT.length());
  }

  private static TextRow.Pair splitTexts(String chosen, String rejected) throws BadRow {
    int common = commonPrefix(chosen, rejected);
    if (common == Math.min(chosen.length(), rejected.length())) {
      throw noAnswer();
    }
    boolean blank = common > 0 && chosen.charAt(common - 1) == ' ';
    return pair(chosen, rejected, blank ? common - 1 : common);
  }

  private static TextRow.Pair pair(String chosen, String rejected, int end) throws BadRow {
    if (end == chosen.length() || end == rejected.length()) {
      throw noAnswer();
    }
    return new TextRow.Pair(
        chosen.substring(0, end), chosen.substring(end), rejected.substring(end));
  }

  private static BadRow noAnswer() {
    return new BadRow(
        Reason.NO_ANSWER, "a text that is the beginning of the other", "an answer in both");
  }

  /** Length of the common beginning; a surrogate pair is never taken apart. */
  private static int commonPrefix(String a, String b) {
    int most = Math.min(a.length(), b.length());
    int length = 0;
    while (length < most && a.charAt(length) == b.charAt(length)) {
      length++;
    }
    boolean inPair = length > 0 && length < most && Character.isHighSurrogate(a.charAt(length - 1));
    return inPair ? length - 1 : length;
  }
}
