package dev.plumbline.lm.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.decoder.Decoder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A batch of completions under way, their prompts padded on the left. Every prompt is run once
 * however many samples it gets; rows that are done leave before the next block of tokens.
 */
final class SamplingBatch implements AutoCloseable {
  /**
   * Tokens drawn a call. More would spare calls and copies of the cache; fewer, rows that go on
   * though they are done.
   */
  private static final int BLOCK = 8;

  private final Decoder decoder;
  private final List<NDArray> packed;
  private final SamplingSettings settings;
  private final long seed;
  private final List<int[]> prompts = new ArrayList<>();
  private final int width;
  private final KeyValueCache cache;

  /** Completions that are not done, and where in the cache each of them is. */
  private List<Draft> active;

  private long[] places;

  /**
   * @param packed the decoder's weights as its script lays them out for sampling
   * @param drafts completions without a token, those of a prompt side by side
   */
  SamplingBatch(
      Decoder decoder,
      List<NDArray> packed,
      List<Draft> drafts,
      SamplingSettings settings,
      long seed) {
    this.decoder = decoder;
    this.packed = packed;
    this.settings = settings;
    this.seed = seed;
    this.active = drafts;
    this.places = new long[drafts.size()];
    for (int row = 0; row < places.length; row++) {
      int[] prompt = drafts.get(row).prompt();
      if (prompts.isEmpty() || prompts.get(prompts.size() - 1) != prompt) {
        prompts.add(prompt);
      }
      places[row] = prompts.size() - 1L;
    }
    this.width = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    this.cache = new KeyValueCache(decoder, prompts.size(), width);
  }

  /** Completes the drafts. */
  void run() {
    drawFirst();
    for (dropDone(); !active.isEmpty(); dropDone()) {
      drawBlock();
    }
  }

  private void drawFirst() {
    try (NDManager step = decoder.newStep()) {
      NDArray logits =
          decoder.script().run(step, "rows", prefill(step), step.create(places)).get(0);
      read(
          decoder
              .script()
              .run(
                  step,
                  "pick",
                  logits,
                  uniforms(step, 1).squeeze(1),
                  settings.temperature(),
                  settings.topK(),
                  settings.topP()));
    }
  }

  /** Runs the prompts into the cache; the logits after them, {@code [prompts, vocabulary]}. */
  private NDArray prefill(NDManager step) {
    long[] ids = new long[prompts.size() * width];
    long[] padding = new long[prompts.size()];
    for (int row = 0; row < padding.length; row++) {
      int[] prompt = prompts.get(row);
      padding[row] = width - (long) prompt.length;
      for (int t = 0; t < prompt.length; t++) {
        ids[row * width + (int) padding[row] + t] = prompt[t];
      }
    }
    return decoder
        .script()
        .run(
            step,
            "prefill",
            step.create(ids, new Shape(padding.length, width)),
            step.create(padding),
            decoder.cosines(width),
            decoder.sines(width),
            cache.keys(),
            cache.values(),
            decoder.weights().parameters())
        .get(0);
  }

  /** All active rows have the same number of tokens; the last one is not in the cache yet. */
  private void drawBlock() {
    int drawn = active.get(0).count();
    int column = width + drawn - 1;
    int count = Math.min(BLOCK, settings.maxNewTokens() - drawn);
    cache.resize(places, count);
    places = LongStream.range(0, active.size()).toArray();
    try (NDManager step = decoder.newStep()) {
      read(
          decoder
              .script()
              .run(
                  step,
                  "generate",
                  step.create(active.stream().mapToLong(Draft::last).toArray()),
                  step.create(
                      active.stream()
                          .mapToLong(draft -> width - (long) draft.prompt().length)
                          .toArray()),
                  decoder.cosines(column + count),
                  decoder.sines(column + count),
                  uniforms(step, count),
                  column,
                  cache.keys(),
                  cache.values(),
                  decoder.weights().parameters(),
                  packed,
                  settings.temperature(),
                  settings.topK(),
                  settings.topP()));
    }
  }

  /** The numbers that decide the next tokens, {@code [active, count]}. */
  private NDArray uniforms(NDManager step, int count) {
    double[] uniforms = new double[active.size() * count];
    for (int i = 0; i < uniforms.length; i++) {
      uniforms[i] = active.get(i / count).uniform(seed, i % count);
    }
    return step.create(uniforms, new Shape(active.size(), count));
  }

  /** Adds drawn tokens, an equal number a row, to the active completions. */
  private void read(NDList drawn) {
    long[] ids = drawn.get(0).toLongArray();
    float[] logProbs = drawn.get(1).toFloatArray();
    int count = ids.length / active.size();
    for (int i = 0; i < ids.length; i++) {
      active.get(i / count).add((int) ids[i], logProbs[i]);
    }
  }

  private void dropDone() {
    int[] going =
        IntStream.range(0, active.size()).filter(row -> !active.get(row).done()).toArray();
    places = IntStream.of(going).mapToLong(row -> places[row]).toArray();
    active = IntStream.of(going).mapToObj(active::get).toList();
  }

  @Override
  public void close() {
    cache.close();
  }
}
