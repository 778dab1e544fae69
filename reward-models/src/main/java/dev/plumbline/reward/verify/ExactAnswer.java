package dev.plumbline.reward.verify;

import dev.plumbline.reward.Score;

/**
 * The answer is the expected text, apart from white space: its ends, and how much of it there is.
 */
final class ExactAnswer implements Verifier {

  @Override
  public String name() {
    return "exact";
  }

  @Override
  public String description() {
    return "the answer is the expected text, white space apart";
  }

  @Override
  public Score verify(String expected, String answer) {
    return normal(answer).equals(normal(expected))
        ? Score.of(1, "is " + Quote.of(expected))
        : Score.of(0, "is %s, expected %s".formatted(Quote.of(answer), Quote.of(expected)));
  }

  private static String normal(String text) {
    return text.strip().replaceAll("\\s++", " ");
  }
}
