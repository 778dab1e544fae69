package dev.plumbline.train.verify;

/**
 * What came of checking one property of a loss.
 *
 * @param property what was checked
 * @param expected the number that was expected; of many comparisons the one that is furthest off
 * @param got the number that was found in its place
 * @param tolerance how far apart they may be
 * @param where which comparison it was; or, for a property that is not claimed, the reason
 * @param verdict what follows
 */
public record Finding(
    String property, double expected, double got, double tolerance, String where, Verdict verdict) {

  /** Whether a property holds. */
  public enum Verdict {
    HOLDS,
    FAILS,
    /** The method says that the loss lacks it. */
    NOT_CLAIMED
  }

  /** Compares two numbers. */
  static Finding of(String property, double expected, double got, double tolerance, String where) {
    boolean holds = Math.abs(got - expected) <= tolerance;
    return new Finding(
        property, expected, got, tolerance, where, holds ? Verdict.HOLDS : Verdict.FAILS);
  }

  static Finding notClaimed(String property, String reason) {
    return new Finding(property, Double.NaN, Double.NaN, Double.NaN, reason, Verdict.NOT_CLAIMED);
  }

  /** Whether the method claims it; if not, there is nothing to compare. */
  public boolean isClaimed() {
    return verdict != Verdict.NOT_CLAIMED;
  }

  public boolean fails() {
    return verdict == Verdict.FAILS;
  }
}
