package dev.plumbline.data.rows;

/**
 * A tokenised preference pair as training reads it.
 *
 * @param id content hash of the row
 * @param prompt prompt token ids, BOS included where the tokenizer wants one; at least one token
 * @param chosen token ids of the preferred completion, EOS included where it is finished
 * @param rejected token ids of the other completion, likewise
 * @param refChosen log-prob of {@code chosen} under the reference (sum over its tokens, nats); NaN
 *     while not computed
 * @param refRejected the same of {@code rejected}
 * @param weight what the row counts for, 1 by default
 */
public record PairRow(
    String id,
    int[] prompt,
    int[] chosen,
    int[] rejected,
    double refChosen,
    double refRejected,
    double weight) {

  /** The row with its reference log-probs. */
  public PairRow withReference(double chosenLogProb, double rejectedLogProb) {
    return new PairRow(id, prompt, chosen, rejected, chosenLogProb, rejectedLogProb, weight);
  }
}
