package dev.plumbline.train.objective;

/**
 * A pair's loss and its gradient.
 *
 * @param value the loss
 * @param chosenSlope derivative in the policy's log-prob of the chosen completion
 * @param rejectedSlope derivative in the policy's log-prob of the rejected completion
 */
public record PairLoss(double value, double chosenSlope, double rejectedSlope) {

  /** This loss and a multiple of another. */
  PairLoss plus(PairLoss other, double factor) {
    return new PairLoss(
        value + factor * other.value,
        chosenSlope + factor * other.chosenSlope,
        rejectedSlope + factor * other.rejectedSlope);
  }
}
