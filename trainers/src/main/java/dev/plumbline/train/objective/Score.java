package dev.plumbline.train.objective;

/**
 * What a completion is worth inside a loss, as a function of its log-prob. A pair's logit is the
 * chosen completion's score minus the rejected one's.
 */
public interface Score {

  double value(CompletionLogProb completion);

  /** Derivative of the value in the policy's log-prob. */
  double slope(CompletionLogProb completion);

  /** The implicit reward {@code scale * log(pi / ref)}. */
  record LogRatio(double scale) implements Score {
    @Override
    public double value(CompletionLogProb completion) {
      return scale * completion.logRatio();
    }

    @Override
    public double slope(CompletionLogProb completion) {
      return scale;
    }
  }

  /** {@code log(pi / ref) / tokens}: the mean over learned tokens. */
  record MeanLogRatio() implements Score {
    @Override
    public double value(CompletionLogProb completion) {
      return completion.logRatio() / completion.tokens();
    }

    @Override
    public double slope(CompletionLogProb completion) {
      return 1.0 / completion.tokens();
    }
  }
}
