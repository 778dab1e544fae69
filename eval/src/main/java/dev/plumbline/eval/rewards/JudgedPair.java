package dev.plumbline.eval.rewards;

/**
 * A held-out preference pair with its log-probs.
 *
 * @param prompt the pair's prompt: pairs of one prompt are one cluster
 * @param policyChosen log-prob of the chosen completion under the trained policy (sum over its
 *     tokens, nats)
 * @param policyRejected the same of the rejected one
 * @param referenceChosen log-prob of the chosen completion under the reference
 * @param referenceRejected the same of the rejected one
 * @param chosenLength length of the chosen completion, in whatever unit the report names
 * @param rejectedLength the same of the rejected one
 */
public record JudgedPair(
    String prompt,
    double policyChosen,
    double policyRejected,
    double referenceChosen,
    double referenceRejected,
    int chosenLength,
    int rejectedLength) {

  /** Implicit reward margin over beta (Rafailov et al. 2023, section 5): what DPO trains. */
  double rewardMargin() {
    return (policyChosen - referenceChosen) - (policyRejected - referenceRejected);
  }
}
