package dev.plumbline.train.objective;

/**
 * A pair's loss and its gradient.
 *
 * @param value the loss
 * @param chosenSlope derivative in the policy's log-prob of the chosen completion
 * @param rejectedSlope derivative in the policy's log-prob of the rejected completion
 * @param clamped whether an exponent was capped: the pair learns less than its loss says, or
 *     nothing
 */
public record PairLoss(double value, double chosenSlope, double rejectedSlope, boolean clamped) {
  /** Nothing to learn. */
  static final PairLoss ZERO = new PairLoss(0, 0, 0);

  /** A loss without a cap, or below it. */
  public PairLoss(double value, double chosenSlope, double rejectedSlope) {
    this(value, chosenSlope, rejectedSlope, false);
  }

  /** This loss and a multiple of another. */
  PairLoss plus(PairLoss other, double factor) {
    return new PairLoss(
        value + factor * other.value,
        chosenSlope + factor * other.chosenSlope,
        rejectedSlope + factor * other.rejectedSlope,
        clamped || other.clamped);
  }
}
