package dev.plumbline.train.loop;

import dev.plumbline.train.config.UsesOptions;
import java.util.Set;

/** How the learning rate runs over the steps, as transformers defines it. */
public enum LrSchedulerType implements UsesOptions {
  /** Falls in a line to 0. */
  LINEAR,
  /** Falls along half a cosine to 0. */
  COSINE,
  /** Stays. */
  CONSTANT,
  /** Stays, after a warm-up. */
  CONSTANT_WITH_WARMUP;

  @Override
  public Set<String> uses() {
    return this == CONSTANT ? Set.of() : Set.of("warmup_steps", "warmup_ratio");
  }

  /**
   * The factor on the learning rate.
   *
   * @param step number of the step, the first is 0: a warm-up's first step has rate 0
   * @param warmup steps of warm-up
   * @param total all steps
   */
  double factor(long step, long warmup, long total) {
    if (this == CONSTANT) {
      return 1;
    }
    if (step < warmup) {
      return (double) step / warmup;
    }
    double done = (double) (step - warmup) / Math.max(1, total - warmup);
    return switch (this) {
      case LINEAR -> Math.max(0, 1 - done);
      case COSINE -> Math.max(0, 0.5 * (1 + Math.cos(Math.PI * done)));
      default -> 1;
    };
  }
}
