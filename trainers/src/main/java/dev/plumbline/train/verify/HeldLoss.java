package dev.plumbline.train.verify;

import dev.plumbline.lm.policy.LogProbs;
import java.util.List;

/**
 * A loss some parts of which carry no gradient by design, such as a weight made of the policy's own
 * probabilities: those parts are held where they are while the others move.
 */
@FunctionalInterface
public interface HeldLoss<R> {

  /**
   * The loss of a step.
   *
   * @param at log-probs that the constant parts are made of
   * @param moved log-probs that the others are made of
   */
  double of(List<R> rows, LogProbs at, LogProbs moved);
}
