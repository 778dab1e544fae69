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
