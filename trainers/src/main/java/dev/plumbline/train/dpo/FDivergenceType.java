package dev.plumbline.train.dpo;

import dev.plumbline.train.config.UsesOptions;
import java.util.Set;

/** What holds the policy near its reference, under TRL's names. */
public enum FDivergenceType implements UsesOptions {
  REVERSE_KL,
  FORWARD_KL,
  JS_DIVERGENCE,
  ALPHA_DIVERGENCE;

  @Override
  public Set<String> uses() {
    return this == ALPHA_DIVERGENCE ? Set.of("f_alpha", "f_alpha_divergence_coef") : Set.of();
  }
}
