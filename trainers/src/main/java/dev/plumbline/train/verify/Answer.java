package dev.plumbline.train.verify;

/**
 * A loss that is known for certain numbers, from a paper or worked out by hand.
 *
 * @param name what the numbers are called
 * @param row a row with all that is known of it
 * @param logProbs under the policy, one a completion; its tokens share it evenly
 * @param loss of a step of this row alone
 * @param slopes derivatives of the loss in the completions' log-probs; empty if only the loss is
 *     known
 */
public record Answer<R>(String name, R row, double[] logProbs, double loss, double... slopes) {}
