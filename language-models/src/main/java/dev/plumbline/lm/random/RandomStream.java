package dev.plumbline.lm.random;

import java.util.ArrayList;
import java.util.List;

/**
 * Random numbers of one use: decided by (master seed, purpose, step) alone, and the same on every
 * machine and JDK. SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), started where the three are
 * mixed.
 *
 * <p>Not for more than one thread.
 */
public final class RandomStream {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  /**
   * @param seed the run's master seed
   * @param purpose what the numbers are for, such as {@code "shuffle"}
   * @param step which of its uses: a row, an epoch, a step
   */
  public RandomStream(long seed, String purpose, long step) {
    this.state = mix(mix(derive(seed, purpose)) ^ mix(step + GOLDEN));
  }

  /** A seed for something that makes streams of its own. */
  public static long derive(long seed, String purpose) {
    long hash = mix(seed + GOLDEN);
    for (int i = 0; i < purpose.length(); i++) {
      hash = mix(hash * GOLDEN + purpose.charAt(i));
    }
    return hash;
  }

  /** 64 random bits. */
  public long bits() {
    state += GOLDEN;
    return mix(state);
  }

  /** A number in [0, 1) with 53 random bits. */
  public double uniform() {
    return (bits() >>> 11) * 0x1.0p-53;
  }

  /**
   * A whole number in [0, bound). Its bias is below bound / 2^32.
   *
   * @param bound at least 1
   */
  public int below(int bound) {
    return (int) (((bits() >>> 32) * bound) >>> 32);
  }

  /** True with the given probability. */
  public boolean chance(double probability) {
    return uniform() < probability;
  }

  /** One of a list's members. */
  public <T> T pick(List<T> list) {
    return list.get(below(list.size()));
  }

  /** The list in random order (Fisher and Yates). */
  public <T> List<T> shuffled(List<T> list) {
    List<T> shuffled = new ArrayList<>(list);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      int other = below(i + 1);
      T swapped = shuffled.get(i);
      shuffled.set(i, shuffled.get(other));
      shuffled.set(other, swapped);
    }
    return shuffled;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
