package dev.plumbline.train.objective;

/**
 * A pair's loss and its gradient.
 *
 * @param value the loss
 * @param chosenSlope derivative in the policy's log-prob of the chosen completion
 * @param rejectedSlope derivative in the policy's log-prob of the rejected completion
 */
public record PairLoss(double value, double chosenSlope, double rejectedSlope) {}
