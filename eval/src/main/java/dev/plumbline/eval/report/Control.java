package dev.plumbline.eval.report;

import dev.plumbline.eval.stats.Estimate;

/**
 * A comparison that stands beside the main one, to show that the main one means something.
 *
 * @param name what was compared, such as {@code SFT against itself}
 * @param winRate how it came out
 * @param expectation what it should come out as
 */
public record Control(String name, Estimate winRate, Expectation expectation) {

  /** What a control should show. */
  public enum Expectation {
    /** Nothing differs, so the interval must hold 50 %. */
    EVEN("the interval holds 50 %"),
    /** The first side is better, so the interval must lie above 50 %. */
    BETTER("the interval lies above 50 %"),
    /** A yardstick: nothing is expected. */
    NONE("a yardstick");

    private final String text;

    Expectation(String text) {
      this.text = text;
    }

    /** In words. */
    public String text() {
      return text;
    }

    boolean met(Estimate winRate) {
      return switch (this) {
        case EVEN -> winRate.holds(0.5);
        case BETTER -> winRate.low() > 0.5;
        case NONE -> true;
      };
    }
  }

  /** Whether it came out as expected. */
  public boolean asExpected() {
    return expectation.met(winRate);
  }
}
