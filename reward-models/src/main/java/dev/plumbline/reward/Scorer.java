package dev.plumbline.reward;

/** Gives a single answer a score, without seeing another. */
public interface Scorer {

  /** What reports call it. */
  String name();

  /**
   * Scores an answer, whatever it holds: an answer that cannot be read earns the least and the
   * score says why.
   *
   * @param prompt as the user wrote it
   * @param answer decoded, without special tokens
   */
  Score score(String prompt, String answer);
}
