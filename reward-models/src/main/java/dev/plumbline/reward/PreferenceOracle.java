package dev.plumbline.reward;

import java.util.List;

/**
 * Who prefers what: {@code P(first beats second | prompt)} in [0, 1]. Training and evaluation ask
 * the same interface.
 *
 * <p>Antisymmetric by construction: {@code prefer(x, a, b) + prefer(x, b, a) = 1}, up to what an
 * oracle that sees an order (a model or a person) gets wrong; such an oracle averages both orders
 * and reports how far they were apart.
 */
public interface PreferenceOracle {

  /**
   * A question: which of two answers to a prompt is better?
   *
   * @param prompt as the user wrote it
   * @param first one answer, decoded, without special tokens
   * @param second the other
   */
  record Question(String prompt, String first, String second) {
    /** The same question with the answers swapped. */
    public Question swapped() {
      return new Question(prompt, second, first);
    }
  }

  /** What reports call it. */
  String name();

  /**
   * Probability that the first answer beats the second, question by question.
   *
   * @return as many numbers in [0, 1] as questions, in their order; 0.5 is a tie
   */
  double[] prefer(List<Question> questions);
}
