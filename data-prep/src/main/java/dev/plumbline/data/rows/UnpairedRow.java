package dev.plumbline.data.rows;

import java.util.Optional;

/**
 * A tokenised answer with a verdict of its own, with no other answer to compare it to.
 *
 * @param id content hash of the row, its label included
 * @param prompt token ids that are given, at least one
 * @param completion token ids of the answer, EOS included where it is finished
 * @param label whether the answer is desirable
 * @param reference log-prob of {@code completion} under the reference (sum over its tokens, nats);
 *     NaN while not computed
 * @param weight what the row counts for, 1 by default
 * @param mismatch a completion of another prompt, where a method wants one
 */
public record UnpairedRow(
    String id,
    int[] prompt,
    int[] completion,
    boolean label,
    double reference,
    double weight,
    Optional<Mismatch> mismatch) {

  /** A row without the completion of another prompt. */
  public UnpairedRow(
      String id, int[] prompt, int[] completion, boolean label, double reference, double weight) {
    this(id, prompt, completion, label, reference, weight, Optional.empty());
  }

  /** The row with its reference log-prob. */
  public UnpairedRow withReference(double logProb) {
    return new UnpairedRow(id, prompt, completion, label, logProb, weight, mismatch);
  }

  /** The row with another completion, such as a shorter one. */
  public UnpairedRow withCompletion(int[] ids) {
    return new UnpairedRow(id, prompt, ids, label, reference, weight, mismatch);
  }

  /** The row with another weight. */
  public UnpairedRow withWeight(double other) {
    return new UnpairedRow(id, prompt, completion, label, reference, other, mismatch);
  }

  /** The row with a completion of another prompt. */
  public UnpairedRow withMismatch(Mismatch other) {
    return new UnpairedRow(id, prompt, completion, label, reference, weight, Optional.of(other));
  }
}
