package dev.plumbline.reward.verify;

import dev.plumbline.reward.Score;
import dev.plumbline.reward.Scorer;
import java.util.function.UnaryOperator;

/**
 * A rule applied to the answers of prompts.
 *
 * @param verifier the rule
 * @param expected prompt to what is expected of its answer
 */
public record VerifierScorer(Verifier verifier, UnaryOperator<String> expected) implements Scorer {

  @Override
  public String name() {
    return verifier.name();
  }

  @Override
  public Score score(String prompt, String answer) {
    return verifier.verify(expected.apply(prompt), answer);
  }
}
