package dev.plumbline.train.objective;

import static dev.plumbline.train.objective.Numerics.sigmoid;
import static dev.plumbline.train.objective.Numerics.softplus;

/**
 * The outer function of a pair loss: from a logit, high where the chosen completion leads, to a
 * loss. Value and slope are finite for every finite logit.
 */
public sealed interface Link {

  double value(double logit);

  /** Derivative of the value. */
  double slope(double logit);

  /**
   * Cross-entropy with the label that the chosen completion is better with probability {@code 1 -
   * smoothing}. Without smoothing the loss of DPO (Rafailov et al., arXiv 2305.18290, eq. 7), with
   * it cDPO (Mitchell, ericmitchell.ai/cdpo.pdf, eq. 3).
   *
   * @param smoothing in [0, 1]
   */
  record Logistic(double smoothing) implements Link {
    public Logistic {
      if (!(smoothing >= 0 && smoothing <= 1)) {
        throw new IllegalArgumentException("smoothing is " + smoothing + "; expected 0 to 1");
      }
    }

    @Override
    public double value(double logit) {
      return (1 - smoothing) * softplus(-logit) + smoothing * softplus(logit);
    }

    @Override
    public double slope(double logit) {
      return smoothing * sigmoid(logit) - (1 - smoothing) * sigmoid(-logit);
    }
  }

  /**
   * Robust DPO (Chowdhury et al., arXiv 2403.00409): an unbiased estimate of the logistic loss from
   * labels that are flipped with a known rate. May be negative.
   *
   * @param flipRate in [0, 1/2)
   */
  record Robust(double flipRate) implements Link {
    public Robust {
      if (!(flipRate >= 0 && flipRate < 0.5)) {
        throw new IllegalArgumentException(
            "the flip rate is " + flipRate + "; expected 0 to below 0.5");
      }
    }

    @Override
    public double value(double logit) {
      return ((1 - flipRate) * softplus(-logit) - flipRate * softplus(logit)) / (1 - 2 * flipRate);
    }

    @Override
    public double slope(double logit) {
      return -((1 - flipRate) * sigmoid(-logit) + flipRate * sigmoid(logit)) / (1 - 2 * flipRate);
    }
  }

  /** {@code max(0, 1 - logit)}, as in SLiC (arXiv 2305.10425) and RSO (arXiv 2309.06657). */
  record Hinge() implements Link {
    @Override
    public double value(double logit) {
      return Math.max(0, 1 - logit);
    }

    @Override
    public double slope(double logit) {
      return logit < 1 ? -1 : 0;
    }
  }

  /** {@code (logit - target)^2}, as in IPO (Azar et al., arXiv 2310.12036, eq. 17). */
  record Squared(double target) implements Link {
    @Override
    public double value(double logit) {
      return (logit - target) * (logit - target);
    }

    @Override
    public double slope(double logit) {
      return 2 * (logit - target);
    }
  }
}
