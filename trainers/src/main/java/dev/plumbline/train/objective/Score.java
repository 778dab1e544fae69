package dev.plumbline.train.objective;

/**
 * What a completion is worth inside a loss, as a function of its log-prob. A pair's logit is the
 * chosen completion's score minus the rejected one's.
 */
public interface Score {

  double value(CompletionLogProb completion);

  /** Derivative of the value in the policy's log-prob. */
  double slope(CompletionLogProb completion);

  /** Whether an exponent is capped, and the slope 0 for that reason. */
  default boolean isClamped(CompletionLogProb completion) {
    return false;
  }

  /**
   * The implicit reward: {@code scale * f'(pi / ref)}. For the reverse KL, which DPO means, that is
   * {@code scale * log(pi / ref)}.
   */
  record LogRatio(double scale, Divergence divergence) implements Score {
    /** For the reverse KL. */
    public LogRatio(double scale) {
      this(scale, new Divergence.ReverseKl());
    }

    @Override
    public double value(CompletionLogProb completion) {
      return scale * divergence.score(completion.logRatio());
    }

    @Override
    public double slope(CompletionLogProb completion) {
      return scale * divergence.slope(completion.logRatio());
    }

    @Override
    public boolean isClamped(CompletionLogProb completion) {
      return divergence.isClamped(completion.logRatio());
    }
  }

  /**
   * ORPO's log-odds (Hong et al. 2024, arXiv 2403.07691, eq. 4 to 6): {@code log(p / (1 - p))} of
   * {@code p = exp(logp / tokens)}, the completion's geometric mean probability a token. A
   * completion that is certain to the last digits has infinite odds; they are capped there.
   */
  record LogOdds() implements Score {
    /** Nats a token; closer to certainty than float32 log-probs tell. */
    private static final double CERTAIN = -1e-9;

    @Override
    public double value(CompletionLogProb completion) {
      double mean = Math.min(mean(completion), CERTAIN);
      return mean - Math.log(-Math.expm1(mean));
    }

    @Override
    public double slope(CompletionLogProb completion) {
      return isClamped(completion) ? 0 : -1 / (Math.expm1(mean(completion)) * completion.tokens());
    }

    @Override
    public boolean isClamped(CompletionLogProb completion) {
      return mean(completion) > CERTAIN;
    }

    private static double mean(CompletionLogProb completion) {
      return completion.policy() / completion.tokens();
    }
  }

  /**
   * MODPO's estimate of one objective among several (Zhou et al. 2023, arXiv 2310.03708, eq. 11):
   * what is left of a reward for all of them, {@code (whole - others) / weight}.
   *
   * @param weight of the one objective, above 0
   */
  record Remaining(Score whole, double weight) implements Score {
    @Override
    public double value(CompletionLogProb completion) {
      return (whole.value(completion) - completion.others()) / weight;
    }

    @Override
    public double slope(CompletionLogProb completion) {
      return whole.slope(completion) / weight;
    }

    @Override
    public boolean isClamped(CompletionLogProb completion) {
      return whole.isClamped(completion);
    }
  }

  /**
   * A score divided by the completion's number of tokens. Constants of the score no longer cancel
   * in a difference then; it counts from its value where policy and reference agree.
   */
  record PerToken(Score whole) implements Score {
    @Override
    public double value(CompletionLogProb completion) {
      CompletionLogProb start =
          new CompletionLogProb(
              completion.reference(), completion.reference(), completion.tokens());
      return (whole.value(completion) - whole.value(start)) / completion.tokens();
    }

    @Override
    public double slope(CompletionLogProb completion) {
      return whole.slope(completion) / completion.tokens();
    }

    @Override
    public boolean isClamped(CompletionLogProb completion) {
      return whole.isClamped(completion);
    }
  }
}
