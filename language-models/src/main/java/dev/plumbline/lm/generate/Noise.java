package dev.plumbline.lm.generate;

/**
 * Uniform numbers that depend on nothing but (seed, prompt, sample, position): a counter, mixed by
 * SplitMix64's finaliser (Steele, Lea and Flood, OOPSLA 2014). So the noise of a token is the same
 * in whatever batch, order or partition it is drawn.
 */
public final class Noise {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

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
    return mix(mix(state) + GOLDEN * (value + 1));
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
