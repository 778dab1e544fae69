package dev.plumbline.lm.checkpoint;

/**
 * Rotary position frequencies and how they are stretched past the original length, as transformers
 * defines them in {@code modeling_rope_utils}. The frequencies are computed by {@code lm.script}.
 */
public sealed interface RopeScaling {
  /** Base of the frequencies. */
  double theta();

  /** Unscaled. */
  record Plain(double theta) implements RopeScaling {}

  /** All frequencies divided by the factor. */
  record Linear(double theta, double factor) implements RopeScaling {}

  /** Llama 3: high frequencies kept, low ones divided, those between blended. */
  record Llama3(
      double theta,
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      int originalMaxPositions)
      implements RopeScaling {}

  /**
   * YaRN (arXiv 2309.00071): a ramp over the dimensions, and cosines and sines multiplied by the
   * attention factor.
   *
   * @param attentionFactor already resolved: given, or derived from mscale, or 0.1 ln(factor) + 1
   * @param truncate whether the ramp's ends are rounded to whole dimensions
   */
  record Yarn(
      double theta,
      double factor,
      double attentionFactor,
      double betaFast,
      double betaSlow,
      int originalMaxPositions,
      boolean truncate)
      implements RopeScaling {}
}
