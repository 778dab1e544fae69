package dev.plumbline.train.objective;

import static dev.plumbline.train.objective.Numerics.CAP;
import static dev.plumbline.train.objective.Numerics.cappedExp;
import static dev.plumbline.train.objective.Numerics.logSigmoid;
import static dev.plumbline.train.objective.Numerics.sigmoid;
import static dev.plumbline.train.objective.Numerics.softplus;

/**
 * The outer function of a pair loss: from a logit, high where the chosen completion leads, to a
 * loss. Some losses have one for each completion, and its reward is the logit. Value and slope are
 * finite for every finite logit.
 */
public sealed interface Link {

  double value(double logit);

  /** Derivative of the value. */
  double slope(double logit);

  /** Whether an exponent is capped, and the slope not the derivative for that reason. */
  default boolean isClamped(double logit) {
    return false;
  }

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

  /**
   * Another link of a logit that must lead by a margin: SimPO's gamma (Meng et al., arXiv
   * 2405.14734).
   */
  record Margin(double margin, Link link) implements Link {
    @Override
    public double value(double logit) {
      return link.value(logit - margin);
    }

    @Override
    public double slope(double logit) {
      return link.slope(logit - margin);
    }

    @Override
    public boolean isClamped(double logit) {
      return link.isClamped(logit - margin);
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

  /**
   * {@code yes * softplus(-logit) + no * softplus(logit)}: cross-entropies with both labels, as
   * NCA-pair (Chen et al., arXiv 2402.05369) and BCO-pair (Jung et al., arXiv 2404.04656) weigh
   * them for each completion.
   */
  record WeightedLogistic(double yes, double no) implements Link {
    @Override
    public double value(double logit) {
      return yes * softplus(-logit) + no * softplus(logit);
    }

    @Override
    public double slope(double logit) {
      return no * sigmoid(logit) - yes * sigmoid(-logit);
    }
  }

  /**
   * {@code sigmoid(sign * logit)}: the probability itself, as in APO (D'Oosterlinck et al., arXiv
   * 2408.06266). Pairs that are far off on either side learn nothing.
   *
   * @param sign -1 to raise the logit, 1 to lower it
   */
  record Probability(int sign) implements Link {
    @Override
    public double value(double logit) {
      return sigmoid(sign * logit);
    }

    @Override
    public double slope(double logit) {
      return sign * sigmoid(logit) * sigmoid(-logit);
    }
  }

  /**
   * EXO-pair (Ji et al., arXiv 2402.00856): the reverse KL of the model's preference {@code
   * (sigmoid(logit), sigmoid(-logit))} from the smoothed label {@code (1 - smoothing, smoothing)}.
   *
   * @param smoothing above 0: at 0 the loss is infinite
   */
  record Exo(double smoothing) implements Link {
    public Exo {
      if (!(smoothing > 0 && smoothing < 1)) {
        throw new IllegalArgumentException("smoothing is " + smoothing + "; expected 0 to 1, open");
      }
    }

    @Override
    public double value(double logit) {
      return sigmoid(logit) * (logSigmoid(logit) - Math.log1p(-smoothing))
          + sigmoid(-logit) * (logSigmoid(-logit) - Math.log(smoothing));
    }

    @Override
    public double slope(double logit) {
      double target = Math.log1p(-smoothing) - Math.log(smoothing);
      return sigmoid(logit) * sigmoid(-logit) * (logit - target);
    }
  }

  /**
   * DiscoPOP (Lu et al., arXiv 2406.08414, the log-ratio modulated loss): {@code (1 - k)
   * softplus(-logit) + k e^-logit} with {@code k = sigmoid(logit / tau)}. The exponent is capped.
   */
  record DiscoPop(double tau) implements Link {
    public DiscoPop {
      if (!(tau > 0)) {
        throw new IllegalArgumentException("tau is " + tau + "; expected above 0");
      }
    }

    @Override
    public double value(double logit) {
      return sigmoid(-logit / tau) * softplus(-logit) + sigmoid(logit / tau) * cappedExp(-logit);
    }

    @Override
    public double slope(double logit) {
      double k = sigmoid(logit / tau);
      double other = sigmoid(-logit / tau);
      double exponential = isClamped(logit) ? 0 : k * Math.exp(-logit);
      return k * other / tau * (cappedExp(-logit) - softplus(-logit))
          - other * sigmoid(-logit)
          - exponential;
    }

    @Override
    public boolean isClamped(double logit) {
      return -logit > CAP;
    }
  }
}
