package dev.plumbline.lm.generate;

import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.decoder.Decoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Samples completions from a decoder: prompts of like length in one batch, padded on the left, a
 * key-value cache, every prompt run once however many samples it gets, and rows that are done
 * dropped from the batch.
 */
public final class DecoderSampler {
  /** Memory that one batch's key-value cache may take, in floats: 128 MiB. */
  private static final long CACHE_FLOATS = 32L << 20;

  private static final int MOST_ROWS = 128;

  private final Decoder decoder;

  public DecoderSampler(Decoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Samples; see {@link dev.plumbline.lm.policy.Policy#sample}.
   *
   * @param prompts token ids, each at least one
   */
  public List<List<Sample>> sample(List<int[]> prompts, SamplingSettings settings, long seed) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      check(prompts.get(i), settings);
      order.add(i);
    }
    // Like lengths together, and within a length by content, so that a batch does not depend on the
    // order of the prompts.
    order.sort(
        Comparator.<Integer>comparingInt(i -> prompts.get(i).length)
            .thenComparingLong(i -> Noise.hash(prompts.get(i))));
    List<List<Sample>> samples = new ArrayList<>();
    prompts.forEach(prompt -> samples.add(null));
    int at = 0;
    while (at < order.size()) {
      List<Integer> members =
          order.subList(
              at,
              Math.min(
                  order.size(),
                  at + batchSize(order.subList(at, order.size()), prompts, settings)));
      List<int[]> batch = members.stream().map(prompts::get).toList();
      try (SamplingBatch rows = new SamplingBatch(decoder, batch, settings, seed)) {
        List<List<Sample>> drawn = rows.run();
        for (int i = 0; i < members.size(); i++) {
          samples.set(members.get(i), drawn.get(i));
        }
      }
      at += members.size();
    }
    return samples;
  }

  /** How many of the next prompts fit the cache together, at least one. */
  private int batchSize(List<Integer> next, List<int[]> prompts, SamplingSettings settings) {
    DecoderConfig config = decoder.config();
    long floatsPerToken = 2L * config.layers() * config.keyValueHeads() * config.headSize();
    int count = 0;
    for (int i : next) {
      long tokens = prompts.get(i).length + (long) settings.maxNewTokens();
      long rows = (count + 1L) * settings.samples();
      if (count > 0 && (rows > MOST_ROWS || rows * tokens * floatsPerToken > CACHE_FLOATS)) {
        break;
      }
      count++;
    }
    return count;
  }

  private void check(int[] prompt, SamplingSettings settings) {
    int positions = decoder.config().maxPositions();
    if (prompt.length == 0) {
      throw new IllegalArgumentException(
          "a prompt has no token; give it at least one (a BOS, if nothing else)");
    }
    if (prompt.length + settings.maxNewTokens() > positions) {
      throw new IllegalArgumentException(
          "a prompt of %d tokens and max_new_tokens %d exceed the model's %d positions; shorten one"
              .formatted(prompt.length, settings.maxNewTokens(), positions));
    }
  }
}
