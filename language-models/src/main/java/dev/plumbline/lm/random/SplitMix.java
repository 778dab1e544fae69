package dev.plumbline.lm.random;

/** SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): a counter, and what mixes it. */
public final class SplitMix {
  /** What the counter grows by: 2^64 divided by the golden ratio, odd. */
  public static final long INCREMENT = 0x9E3779B97F4A7C15L;

  private SplitMix() {}

  /** Spreads every bit over all others; no two values come out the same. */
  public static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
