package dev.plumbline.lm.policy;

/**
 * One optimiser step. The gradient is multiplied by {@code gradientScale} first (clipping),
 * everything else is the optimiser's.
 */
public sealed interface Update {
  /** Learning rate of this step. */
  double learningRate();

  /** Factor on the accumulated gradient. */
  double gradientScale();

  /** Plain gradient descent, without state: {@code w -= learningRate * gradientScale * g}. */
  record Sgd(double learningRate, double gradientScale) implements Update {}

  /**
   * AdamW as PyTorch computes it (Loshchilov and Hutter, arXiv 1711.05101): decay is decoupled and
   * applies to matrices and embeddings only, never to norms and biases; epsilon is added outside
   * the bias correction's square root.
   */
  record AdamW(
      double learningRate,
      double gradientScale,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay)
      implements Update {}
}
