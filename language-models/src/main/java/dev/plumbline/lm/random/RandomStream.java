package dev.plumbline.lm.random;

import static dev.plumbline.lm.random.SplitMix.mix;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Random numbers of one use: decided by (master seed, purpose, step) alone, and the same on every
 * machine and JDK. {@link SplitMix}, started where the three are mixed.
 *
 * <p>Not for more than one thread.
 */
public final class RandomStream {
  private long state;

  /**
   * @param seed the run's master seed
   * @param purpose what the numbers are for, such as {@code "shuffle"}
   * @param step which of its uses: a row, an epoch, a step
   */
  public RandomStream(long seed, String purpose, long step) {
    this.state = mix(mix(derive(seed, purpose)) ^ mix(step + SplitMix.INCREMENT));
  }

  /** A seed for something that makes streams of its own. */
  public static long derive(long seed, String purpose) {
    long hash = mix(seed + SplitMix.INCREMENT);
    for (int i = 0; i < purpose.length(); i++) {
      hash = mix(hash * SplitMix.INCREMENT + purpose.charAt(i));
    }
    return hash;
  }

  /** 64 random bits. */
  public long bits() {
    state += SplitMix.INCREMENT;
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

  /** The numbers from 0 on, so many, in random order (Fisher and Yates). */
  public int[] permutation(int count) {
    int[] numbers = IntStream.range(0, count).toArray();
    for (int i = count - 1; i > 0; i--) {
      int other = below(i + 1);
      int swapped = numbers[i];
      numbers[i] = numbers[other];
      numbers[other] = swapped;
    }
    return numbers;
  }

  /** The list in random order. */
  public <T> List<T> shuffled(List<T> list) {
    return IntStream.of(permutation(list.size())).<T>mapToObj(list::get).toList();
  }
}
