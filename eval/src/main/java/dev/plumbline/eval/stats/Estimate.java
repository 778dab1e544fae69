package dev.plumbline.eval.stats;

/**
 * A number with its confidence interval.
 *
 * @param value the estimate
 * @param low lower end, at most the value
 * @param high upper end, at least the value
 * @param confidence how often such an interval holds the truth, such as 0.95
 */
public record Estimate(double value, double low, double high, double confidence) {
  public Estimate {
    if (!(low <= value && value <= high)) {
      throw new IllegalArgumentException(
          "an interval [%s, %s] does not hold its estimate %s".formatted(low, high, value));
    }
  }

  /** Whether the interval holds a number: then the data don't tell the truth from it. */
  public boolean holds(double number) {
    return low <= number && number <= high;
  }

  /** Half the interval's width: the number after the plus-minus sign. */
  public double halfWidth() {
    return (high - low) / 2;
  }
}
