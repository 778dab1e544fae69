package dev.plumbline.lm.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.decoder.Decoder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Samples completions from a decoder. Prompts of like length share a batch, and within a length
 * their content decides; a prompt that comes twice is sampled once. So batches depend on what is
 * sampled and not on the order in which it was given, and neither do the texts.
 */
public final class DecoderSampler {
  /**
   * Memory that one batch's key-value cache may take, in floats: 128 MiB; twice that as it grows.
   */
  private static final long CACHE_FLOATS = 32L << 20;

  private static final int MOST_ROWS = 128;

  private static final Comparator<IntBuffer> LIKE_LENGTHS =
      Comparator.comparingInt(IntBuffer::remaining).thenComparing(Comparator.naturalOrder());

  private final Decoder decoder;

  public DecoderSampler(Decoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Samples; see {@link dev.plumbline.lm.policy.Policy#sample}. Meanwhile the weights are in memory
   * twice.
   *
   * @param prompts token ids, each at least one
   */
  public List<List<Sample>> sample(List<int[]> prompts, SamplingSettings settings, long seed) {
    prompts.forEach(prompt -> check(prompt, settings));
    List<Draft> drafts = new ArrayList<>();
    prompts.stream()
        .map(IntBuffer::wrap)
        .distinct()
        .sorted(LIKE_LENGTHS)
        .forEach(
            prompt -> {
              for (int number = 0; number < settings.samples(); number++) {
                drafts.add(new Draft(prompt.array(), number, settings));
              }
            });
    complete(drafts, settings, seed);
    Map<IntBuffer, List<Sample>> samples =
        drafts.stream()
            .collect(
                Collectors.groupingBy(
                    draft -> IntBuffer.wrap(draft.prompt()),
                    Collectors.mapping(Draft::sample, Collectors.toList())));
    return prompts.stream().map(prompt -> samples.get(IntBuffer.wrap(prompt))).toList();
  }

  private void complete(List<Draft> drafts, SamplingSettings settings, long seed) {
    try (NDManager call = decoder.newStep()) {
      List<NDArray> packed = decoder.script().run(call, "pack", decoder.weights().parameters());
      int from = 0;
      while (from < drafts.size()) {
        int to = from + batchSize(drafts.subList(from, drafts.size()), settings);
        try (SamplingBatch batch =
            new SamplingBatch(decoder, packed, drafts.subList(from, to), settings, seed)) {
          batch.run();
        }
        from = to;
      }
    }
  }

  /** How many of the next completions, of growing length, fit the cache together; at least one. */
  private int batchSize(List<Draft> next, SamplingSettings settings) {
    long floatsPerColumn = KeyValueCache.floatsPerColumn(decoder.config());
    int rows = 1;
    while (rows < Math.min(next.size(), MOST_ROWS)) {
      long columns = next.get(rows).prompt().length + (long) settings.maxNewTokens();
      if ((rows + 1L) * columns * floatsPerColumn > CACHE_FLOATS) {
        break;
      }
      rows++;
    }
    return rows;
  }

  private void check(int[] prompt, SamplingSettings settings) {
    int positions = decoder.config().maxPositions();
    int vocabularySize = decoder.config().vocabularySize();
    if (prompt.length == 0) {
      throw new PlumblineException(
          "a prompt has no token; give it at least one (a BOS, if nothing else)");
    }
    if (prompt.length + (long) settings.maxNewTokens() > positions) {
      throw new PlumblineException(
          "a prompt of %d tokens and max_new_tokens %d exceed the model's %d positions; shorten one"
              .formatted(prompt.length, settings.maxNewTokens(), positions));
    }
    for (int id : prompt) {
      if (id < 0 || id >= vocabularySize) {
        throw new PlumblineException(
            "a prompt has token id %d, outside the model's vocabulary of %d; it was tokenised for another model"
                .formatted(id, vocabularySize));
      }
    }
  }
}
