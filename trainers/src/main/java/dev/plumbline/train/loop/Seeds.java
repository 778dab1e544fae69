package dev.plumbline.train.loop;

import dev.plumbline.lm.io.Hashes;

/** One master seed, and a stream of its own for every use. */
public final class Seeds {
  private Seeds() {}

  /**
   * The seed of one use.
   *
   * @param master the run's seed
   * @param purpose what it is for
   * @param step which one of its kind: an epoch, a step
   */
  public static long of(long master, String purpose, long step) {
    return Long.parseUnsignedLong(
        Hashes.of(master + "/" + purpose + "/" + step).substring(0, 16), 16);
  }
}
