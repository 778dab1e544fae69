package dev.plumbline.eval.winrate;

import dev.plumbline.reward.Score;
import java.util.Optional;

/**
 * Two answers to a prompt and what the oracle said.
 *
 * @param prompt the prompt
 * @param answer the policy's
 * @param reference the reference's
 * @param preference probability that the policy's is better, both orders averaged; 0.5 is a tie
 * @param disagreement how far the two orders were apart
 * @param flipped whether the two orders named different winners
 * @param scores what each answer earned, where the oracle compares scores
 */
public record Comparison(
    String prompt,
    Answer answer,
    Answer reference,
    double preference,
    double disagreement,
    boolean flipped,
    Optional<Scores> scores) {

  /** The scores of both answers. */
  public record Scores(Score answer, Score reference) {}

  boolean won() {
    return preference > 0.5 && !tied();
  }

  /** Even, but for what rounding left when both orders were averaged. */
  public boolean tied() {
    return Math.abs(preference - 0.5) < 1e-9;
  }
}
