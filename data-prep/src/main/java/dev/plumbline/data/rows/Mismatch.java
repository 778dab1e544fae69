package dev.plumbline.data.rows;

/**
 * A completion of another prompt, with which KTO estimates how far a policy is from its reference.
 *
 * @param completion token ids
 * @param reference its log-prob after this row's prompt under the reference (sum over tokens,
 *     nats); NaN while not computed
 * @param policy the same under the policy, as it is when the row is trained on
 */
public record Mismatch(int[] completion, double reference, double policy) {

  /** A completion of which nothing is known yet. */
  public Mismatch(int[] completion) {
    this(completion, Double.NaN, Double.NaN);
  }

  /** {@code log(pi / ref)}. */
  public double logRatio() {
    return policy - reference;
  }
}
