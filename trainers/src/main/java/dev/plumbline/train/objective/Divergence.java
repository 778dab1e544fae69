package dev.plumbline.train.objective;

import static dev.plumbline.train.objective.Numerics.CAP;
import static dev.plumbline.train.objective.Numerics.cappedExp;
import static dev.plumbline.train.objective.Numerics.logSigmoid;
import static dev.plumbline.train.objective.Numerics.sigmoid;

/**
 * An f-divergence that holds a policy near its reference, by what f-DPO needs of it (Wang et al.
 * 2023, arXiv 2309.16240): {@code f'(u)} at {@code u = pi / ref}, as a function of the log-ratio
 * {@code l = log u}. All of them rise with l, and none has 0 in the domain of f', so that a
 * difference of two scores is free of the prompt's unknown normaliser.
 *
 * <p>Exponents are capped at {@link Numerics#CAP}. Beyond the cap the slope is 0: a capped
 * completion no longer learns, and is counted.
 */
public sealed interface Divergence {

  /** {@code f'(e^l)}. */
  double score(double logRatio);

  /** Derivative of the score in the log-ratio. */
  double slope(double logRatio);

  /** Whether the cap holds. */
  default boolean isClamped(double logRatio) {
    return false;
  }

  /** {@code f(u) = u log u}, whose score is the log-ratio itself (up to a constant): DPO. */
  record ReverseKl() implements Divergence {
    @Override
    public double score(double logRatio) {
      return logRatio;
    }

    @Override
    public double slope(double logRatio) {
      return 1;
    }
  }

  /** {@code f(u) = -log u}. */
  record ForwardKl() implements Divergence {
    @Override
    public double score(double logRatio) {
      return -cappedExp(-logRatio);
    }

    @Override
    public double slope(double logRatio) {
      return isClamped(logRatio) ? 0 : Math.exp(-logRatio);
    }

    @Override
    public boolean isClamped(double logRatio) {
      return -logRatio > CAP;
    }
  }

  /**
   * {@code f(u) = u log u - (u + 1) log((u + 1) / 2)}: twice the Jensen-Shannon divergence. Near
   * the reference it holds half as hard as the others at the same beta.
   */
  record JensenShannon() implements Divergence {
    @Override
    public double score(double logRatio) {
      return Math.log(2) + logSigmoid(logRatio);
    }

    @Override
    public double slope(double logRatio) {
      return sigmoid(-logRatio);
    }
  }

  /**
   * {@code f(u) = (u^(1-a) - (1-a) u - a) / (a (a-1))}: near 0 the reverse KL, at 1 the forward KL.
   *
   * @param alpha the paper's, above 0, at most 1
   */
  record Alpha(double alpha) implements Divergence {
    public Alpha {
      if (!(alpha > 0 && alpha <= 1)) {
        throw new IllegalArgumentException("alpha is " + alpha + "; expected above 0, at most 1");
      }
    }

    @Override
    public double score(double logRatio) {
      // expm1: near alpha 0 the difference from 1 is all there is.
      return -Math.expm1(Math.min(-alpha * logRatio, CAP)) / alpha;
    }

    @Override
    public double slope(double logRatio) {
      return isClamped(logRatio) ? 0 : Math.exp(-alpha * logRatio);
    }

    @Override
    public boolean isClamped(double logRatio) {
      return -alpha * logRatio > CAP;
    }
  }
}
