package dev.plumbline.lm.generate;

import static dev.plumbline.lm.random.SplitMix.mix;

import dev.plumbline.lm.random.SplitMix;

/**
 * Uniform numbers that depend on nothing but (seed, prompt, sample, position), by {@link SplitMix}.
 * So the noise of a token is the same in whatever batch, order or partition it is drawn.
 */
public final class Noise {
  private Noise() {}

  /** Hash of a prompt's token ids. */
  public static long hash(int[] prompt) {
    long hash = prompt.length;
    for (int id : prompt) {
      hash = chain(hash, id);
    }
    return hash;
  }

  /** A number in [0, 1) with 53 random bits. */
  public static double uniform(long seed, long promptHash, int sample, int position) {
    long bits = chain(chain(chain(mix(seed), promptHash), sample), position);
    return (bits >>> 11) * 0x1.0p-53;
  }

  /** The state before is mixed once more than the value, so that the two cannot change places. */
  private static long chain(long state, long value) {
    return mix(mix(state) + SplitMix.INCREMENT * (value + 1));
  }
}
