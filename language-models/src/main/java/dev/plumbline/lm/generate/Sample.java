package dev.plumbline.lm.generate;

/**
 * One sampled completion.
 *
 * @param ids its tokens, the stop id included where it met one
 * @param logProbs log-prob of each token under the model itself: temperature 1, no filter
 * @param finished whether it met a stop id before {@code maxNewTokens}
 */
@SuppressWarnings("ArrayRecordComponent")
public record Sample(int[] ids, double[] logProbs, boolean finished) {}
