package dev.plumbline.reward.verify;

import dev.plumbline.reward.Score;

/**
 * A rule that compares an answer with an expectation. A pure function that ends in bounded time
 * whatever the answer holds: megabytes, garbage, deep nesting.
 */
public interface Verifier {

  /** What the command line and reports call it. */
  String name();

  /** What it checks, in a line for the command line's help. */
  String description();

  /**
   * Checks an answer.
   *
   * @param expected what the answer should be, hold or match
   * @param answer decoded, without special tokens
   * @return 1 for right, 0 for wrong, or a share between, and why
   */
  Score verify(String expected, String answer);
}
