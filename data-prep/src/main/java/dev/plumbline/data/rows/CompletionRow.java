package dev.plumbline.data.rows;

/**
 * A tokenised example for supervised fine-tuning: a prompt that is given and a completion that is
 * learned. Plain text is a prompt of its first token and a completion of all others.
 *
 * @param id content hash of the row
 * @param prompt token ids that are given, at least one
 * @param completion token ids that are learned, EOS included where it is finished
 * @param weight what the row counts for, 1 by default
 */
public record CompletionRow(String id, int[] prompt, int[] completion, double weight) {}
