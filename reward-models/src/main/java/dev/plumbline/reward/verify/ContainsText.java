package dev.plumbline.reward.verify;

import dev.plumbline.reward.Score;

/** The answer holds the expected text somewhere, letter for letter. */
final class ContainsText implements Verifier {

  @Override
  public String name() {
    return "contains";
  }

  @Override
  public String description() {
    return "the answer holds the expected text";
  }

  @Override
  public Score verify(String expected, String answer) {
    return answer.contains(expected)
        ? Score.of(1, "holds " + Quote.of(expected))
        : Score.of(0, "does not hold " + Quote.of(expected));
  }
}
