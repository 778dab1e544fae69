package dev.plumbline.train.config;

import java.util.Set;

/**
 * A choice that decides which other options mean anything. An enum of choices implements it; an
 * option that some choice uses, but none of those that were made, must keep its default.
 */
public interface UsesOptions {

  /** Keys of the options that this choice uses and other choices may not. */
  Set<String> uses();

  /**
   * Keys of options that cannot be set beside this choice, even where another choice uses them: it
   * would be wrong about them.
   */
  default Set<String> excludes() {
    return Set.of();
  }
}
