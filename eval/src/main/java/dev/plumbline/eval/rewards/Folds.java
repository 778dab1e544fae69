package dev.plumbline.eval.rewards;

import dev.plumbline.lm.random.RandomStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Cross-validation by prompts: rows of one prompt are in one fold, so that no model is judged on a
 * prompt that it was trained on. Folds differ by at most one prompt.
 */
public final class Folds {
  private final int count;
  private final Map<String, Integer> folds = new HashMap<>();

  /**
   * Deals the prompts out.
   *
   * @param prompts the rows' prompts, repeated or not
   * @param count how many folds: at least 2, at most as many as different prompts
   */
  public Folds(List<String> prompts, int count, long seed) {
    // Sorted first: the order of the rows must not decide.
    List<String> different = new ArrayList<>(new LinkedHashSet<>(prompts));
    different.sort(null);
    if (count < 2 || count > different.size()) {
      throw new IllegalArgumentException(
          "%d folds of %d prompts; expected 2 or more, and a prompt for each"
              .formatted(count, different.size()));
    }
    this.count = count;
    List<String> shuffled = new RandomStream(seed, "folds", count).shuffled(different);
    for (int i = 0; i < shuffled.size(); i++) {
      folds.put(shuffled.get(i), i % count);
    }
  }

  /** How many folds there are. */
  public int count() {
    return count;
  }

  /** The fold, from 0, that a prompt is held out in. */
  public int of(String prompt) {
    return folds.get(prompt);
  }
}
