package dev.plumbline.train.loop;

import dev.plumbline.train.config.UsesOptions;
import java.util.Set;

/** The optimisers. */
public enum Optim implements UsesOptions {
  /** AdamW as PyTorch's. */
  ADAMW,
  /** Plain gradient descent, without state. */
  SGD;

  @Override
  public Set<String> uses() {
    return this == ADAMW
        ? Set.of("adam_beta1", "adam_beta2", "adam_epsilon", "weight_decay")
        : Set.of();
  }
}
