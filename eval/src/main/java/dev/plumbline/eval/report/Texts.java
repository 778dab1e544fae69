package dev.plumbline.eval.report;

import dev.plumbline.eval.stats.Estimate;
import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers as people read them. */
final class Texts {
  private Texts() {}

  /** {@code 80.1 % [77.0, 83.0]}. */
  static String interval(Estimate share) {
    return String.format(
        Locale.ROOT,
        "%.1f %% [%.1f, %.1f]",
        100 * share.value(),
        100 * share.low(),
        100 * share.high());
  }

  /** {@code 95 %}: how sure an interval is. */
  static String confidence(Estimate estimate) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * estimate.confidence());
  }

  /** {@code 80.1 %}. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** {@code 12.3}, or a word where nobody measured. */
  static String mean(OptionalDouble mean) {
    return mean.isPresent() ? mean(mean.getAsDouble()) : "not counted";
  }

  static String mean(double mean) {
    return String.format(Locale.ROOT, "%.1f", mean);
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
