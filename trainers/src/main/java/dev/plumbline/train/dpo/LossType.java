package dev.plumbline.train.dpo;

import dev.plumbline.train.config.UsesOptions;
import java.util.Set;

/** The losses of {@code dpo}, under TRL's names. */
public enum LossType implements UsesOptions {
  /** DPO; cDPO with label_smoothing. */
  SIGMOID,
  /** SLiC's and RSO's hinge. */
  HINGE,
  /** IPO; beta is its tau. */
  IPO,
  /** Robust DPO; label_smoothing is its flip rate. */
  ROBUST,
  /** Negative log-likelihood of the chosen completions. */
  SFT;

  @Override
  public Set<String> uses() {
    return switch (this) {
      case SIGMOID, ROBUST -> Set.of("beta", "label_smoothing", "reference_free");
      case HINGE -> Set.of("beta", "reference_free");
      case IPO -> Set.of("beta", "ipo_reduction", "reference_free");
      case SFT -> Set.of("nll_normalization");
    };
  }
}
