package dev.plumbline.train.objective;

/**
 * What an objective sees of a completion.
 *
 * @param policy log-prob under the policy: the sum over its learned tokens, EOS included, in nats
 * @param reference the same under the frozen reference: a constant, 0 where there is none
 * @param tokens number of learned tokens
 * @param others what the completion is worth to other objectives, weighted and summed; constant
 */
public record CompletionLogProb(double policy, double reference, int tokens, double others) {
  /** A completion that is judged by one objective alone. */
  public CompletionLogProb(double policy, double reference, int tokens) {
    this(policy, reference, tokens, 0);
  }

  /** {@code log(pi / ref)} of the completion. */
  public double logRatio() {
    return policy - reference;
  }
}
