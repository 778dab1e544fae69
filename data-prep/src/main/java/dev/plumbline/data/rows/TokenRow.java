package dev.plumbline.data.rows;

import java.util.List;

/**
 * A row as token ids, and what happened on the way.
 *
 * @param prompt ids that are given, at least one
 * @param completions ids that are learned: chosen and rejected, or one
 * @param agrees whether prompt and completions, tokenised together, keep a token boundary between
 *     them
 * @param typedEos whether an EOS typed at the end of a text was taken for the one that is added
 * @param cutTokens tokens lost to truncation
 * @param lostEos completions that lost their end, and so their EOS, to truncation
 */
public record TokenRow(
    int[] prompt,
    List<int[]> completions,
    boolean agrees,
    boolean typedEos,
    int cutTokens,
    int lostEos) {}
