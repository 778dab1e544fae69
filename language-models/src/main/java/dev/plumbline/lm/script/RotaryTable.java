package dev.plumbline.lm.script;

import dev.plumbline.lm.checkpoint.RopeScaling;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Cosines and sines of rotary position embeddings (Su et al., arXiv 2104.09864) in the half-split
 * layout: pair {@code i} of a head is its dimensions {@code i} and {@code i + size/2}. Computed in
 * float64 and rounded once.
 */
public final class RotaryTable {
  private final double[] frequencies;
  private final double attentionFactor;

  /**
   * @param scaling how frequencies are stretched
   * @param headSize dimensions of a head, even
   */
  public RotaryTable(RopeScaling scaling, int headSize) {
    this.frequencies = frequencies(scaling, headSize);
    this.attentionFactor = scaling instanceof RopeScaling.Yarn yarn ? yarn.attentionFactor() : 1;
  }

  /** Cosines of the first positions, {@code [positions, headSize / 2]} row by row. */
  public float[] cosines(int positions) {
    return table(positions, false);
  }

  /** Sines of the first positions, {@code [positions, headSize / 2]} row by row. */
  public float[] sines(int positions) {
    return table(positions, true);
  }

  private float[] table(int positions, boolean sine) {
    float[] table = new float[positions * frequencies.length];
    int at = 0;
    for (int position = 0; position < positions; position++) {
      for (double frequency : frequencies) {
        double angle = position * frequency;
        table[at++] =
            (float) ((sine ? StrictMath.sin(angle) : StrictMath.cos(angle)) * attentionFactor);
      }
    }
    return table;
  }

  private static double[] frequencies(RopeScaling scaling, int headSize) {
    double[] plain = new double[headSize / 2];
    for (int pair = 0; pair < plain.length; pair++) {
      plain[pair] = StrictMath.pow(scaling.theta(), -2.0 * pair / headSize);
    }
    if (scaling instanceof RopeScaling.Linear linear) {
      return map(plain, frequency -> frequency / linear.factor());
    } else if (scaling instanceof RopeScaling.Llama3 llama3) {
      return map(plain, frequency -> llama3(frequency, llama3));
    } else if (scaling instanceof RopeScaling.Yarn yarn) {
      return yarn(plain, headSize, yarn);
    }
    return plain;
  }

  /**
   * Wavelengths below a limit stay, those above another are stretched, those between are blended.
   */
  private static double llama3(double frequency, RopeScaling.Llama3 scaling) {
    double wavelength = 2 * Math.PI / frequency;
    double original = scaling.originalMaxPositions();
    if (wavelength < original / scaling.highFrequencyFactor()) {
      return frequency;
    }
    if (wavelength > original / scaling.lowFrequencyFactor()) {
      return frequency / scaling.factor();
    }
    double smooth =
        (original / wavelength - scaling.lowFrequencyFactor())
            / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
    return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
  }

  /**
   * A linear ramp from kept to divided frequencies, between the pairs that turn betaFast and
   * betaSlow times.
   */
  private static double[] yarn(double[] plain, int headSize, RopeScaling.Yarn scaling) {
    double low = correctionPair(scaling.betaFast(), headSize, scaling);
    double high = correctionPair(scaling.betaSlow(), headSize, scaling);
    if (scaling.truncate()) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, headSize - 1);
    if (low == high) {
      high += 0.001; // as transformers does, against a division by zero
    }
    double[] frequencies = new double[plain.length];
    for (int pair = 0; pair < plain.length; pair++) {
      double divided = Math.min(1, Math.max(0, (pair - low) / (high - low)));
      frequencies[pair] = plain[pair] * (1 - divided) + plain[pair] / scaling.factor() * divided;
    }
    return frequencies;
  }

  /** The (fractional) pair that turns the given number of times over the original length. */
  private static double correctionPair(double turns, int headSize, RopeScaling.Yarn scaling) {
    return headSize
        * StrictMath.log(scaling.originalMaxPositions() / (turns * 2 * Math.PI))
        / (2 * StrictMath.log(scaling.theta()));
  }

  private static double[] map(double[] values, DoubleUnaryOperator function) {
    return Arrays.stream(values).map(function).toArray();
  }
}
