package dev.plumbline.train.objective;

/**
 * What an objective sees of a completion.
 *
 * @param policy log-prob under the policy: the sum over its learned tokens, EOS included, in nats
 * @param reference the same under the frozen reference: a constant, 0 where there is none
 * @param tokens number of learned tokens
 */
public record CompletionLogProb(double policy, double reference, int tokens) {

  /** {@code log(pi / ref)} of the completion. */
  public double logRatio() {
    return policy - reference;
  }
}
