package dev.plumbline.data.synthetic;

import dev.plumbline.lm.random.RandomStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Labels that say nothing of what makes an answer better: of every two pairs that differ in the
 * same way, one is labelled the one way, one the other; a coin says which.
 *
 * <p>A coin a pair would leave some truth, or its opposite, in a few thousand labels by accident.
 * With such labels win rates were seen to move by several points.
 */
final class BalancedLabels {
  /** By lead, seen from the answer that is ahead in the first part: whether that one was chosen. */
  private final Map<List<Double>, Boolean> unmatched = new HashMap<>();

  /** Whether the first answer is the preferred one, given by how much it leads in each part. */
  boolean keeps(List<Double> lead, RandomStream random) {
    boolean coin = random.chance(0.5);
    double sign = lead.stream().filter(part -> part != 0).findFirst().map(Math::signum).orElse(0.0);
    if (sign == 0) {
      return coin;
    }
    List<Double> seen = lead.stream().map(part -> part == 0 ? 0.0 : sign * part).toList();
    Boolean other = unmatched.remove(seen);
    boolean chosen = other == null ? coin : !other;
    if (other == null) {
      unmatched.put(seen, chosen);
    }
    return chosen == sign > 0;
  }
}
