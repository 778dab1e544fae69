package dev.plumbline.reward.verify;

import dev.plumbline.lm.UsageException;
import dev.plumbline.reward.Score;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The expected text is a regular expression (java.util.regex), and the answer holds a match.
 *
 * <p>Backtracking can take longer than anyone waits. The guard counts the characters that the
 * matcher reads instead of looking at a clock, so that a verdict never depends on the machine's
 * speed.
 */
final class RegularExpression implements Verifier {
  /** Reads before a match is given up: some 0.1 s. */
  private static final int MOST_READS = 10_000_000;

  @Override
  public String name() {
    return "regex";
  }

  @Override
  public String description() {
    return "the answer holds a match of the expected regular expression";
  }

  @Override
  public Score verify(String expected, String answer) {
    Matcher matcher = compile(expected).matcher(new Guarded(answer));
    try {
      return matcher.find()
          ? Score.of(1, "matches at character " + (matcher.start() + 1))
          : Score.of(0, "no match of " + Quote.of(expected));
    } catch (TooManyReads e) {
      return Score.of(
          0,
          String.format(
              Locale.ROOT, "gave up on %s after %,d steps", Quote.of(expected), MOST_READS));
    } catch (StackOverflowError e) {
      return Score.of(0, "gave up on %s: nested too deep".formatted(Quote.of(expected)));
    }
  }

  private static Pattern compile(String expression) {
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new UsageException(
          "regular expression %s: %s at character %d; write it as java.util.regex takes it"
              .formatted(Quote.of(expression), e.getDescription(), e.getIndex() + 1),
          e);
    }
  }

  /** A text that counts how often it is read. The matcher asks for no part of it. */
  private static final class Guarded implements CharSequence {
    private final CharSequence text;
    private int reads;

    Guarded(CharSequence text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++reads > MOST_READS) {
        throw new TooManyReads();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  private static final class TooManyReads extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyReads() {
      super(null, null, false, false);
    }
  }
}
