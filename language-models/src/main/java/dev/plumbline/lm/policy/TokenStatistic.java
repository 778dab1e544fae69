package dev.plumbline.lm.policy;

/**
 * What can be known of a token's next-token distribution beside the token's own log-prob. Computed
 * without gradient.
 */
public enum TokenStatistic {
  /** Entropy of the distribution, in nats. */
  ENTROPY,
  /** Mean of the logits over the vocabulary. */
  MEAN_LOGIT,
  /** 1 if the token is the most probable one (ties: the lowest id wins), else 0. */
  TOP1,
  /** Log of the sum of squared probabilities. */
  LOG_SUM_SQUARES
}
