package dev.plumbline.reward;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an answer earned, and why: so that a person can audit it.
 *
 * @param value the score, finite; higher is better
 * @param why one short line: what was found and what was wanted
 * @param parts name to share of the value, in the order to show them; empty if it has no parts
 */
public record Score(double value, String why, Map<String, Double> parts) {
  public Score {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a score is " + value + "; expected a finite number");
    }
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /** A score without parts. */
  public static Score of(double value, String why) {
    return new Score(value, why, Map.of());
  }
}
