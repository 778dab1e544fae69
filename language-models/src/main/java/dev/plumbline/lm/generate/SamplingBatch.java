package dev.plumbline.lm.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.decoder.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One batch of prompts under way: caches on the device, and the tokens drawn so far. */
final class SamplingBatch implements AutoCloseable {
  private final Decoder decoder;
  private final SamplingSettings settings;
  private final long seed;
  private final List<int[]> prompts;
  private final int width;
  private final List<Row> rows = new ArrayList<>();

  /** Owner of the caches; replaced when rows are dropped, so that their memory goes at once. */
  private NDManager manager;

  private List<NDArray> keys;
  private List<NDArray> values;
  private NDArray pads;

  SamplingBatch(Decoder decoder, List<int[]> prompts, SamplingSettings settings, long seed) {
    this.decoder = decoder;
    this.prompts = prompts;
    this.settings = settings;
    this.seed = seed;
    this.width = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    this.manager = decoder.newStep();
    for (int[] prompt : prompts) {
      long hash = Noise.hash(prompt);
      for (int sample = 0; sample < settings.samples(); sample++) {
        rows.add(new Row(hash, sample, settings.maxNewTokens()));
      }
    }
  }

  /** The samples of each prompt. */
  List<List<Sample>> run() {
    List<Row> active = new ArrayList<>(rows);
    try (NDManager first = decoder.newStep()) {
      pick(first, prefill(first), active);
    }
    for (int step = 1; step < settings.maxNewTokens(); step++) {
      active = dropDone(active);
      if (active.isEmpty()) {
        break;
      }
      decode(active, width + step - 1);
    }
    List<List<Sample>> samples = new ArrayList<>();
    for (int i = 0; i < rows.size(); i += settings.samples()) {
      samples.add(rows.subList(i, i + settings.samples()).stream().map(Row::sample).toList());
    }
    return samples;
  }

  /**
   * Runs every prompt once and spreads its cache over its samples; logits after the prompt, one row
   * a sample.
   */
  private NDArray prefill(NDManager step) {
    int count = prompts.size();
    long[] ids = new long[count * width];
    long[] padding = new long[count];
    for (int i = 0; i < count; i++) {
      int[] prompt = prompts.get(i);
      padding[i] = width - prompt.length;
      for (int t = 0; t < prompt.length; t++) {
        ids[i * width + (int) padding[i] + t] = prompt[t];
      }
    }
    int samples = settings.samples();
    int length = width + settings.maxNewTokens();
    List<NDArray> promptKeys = caches(step, count, width);
    List<NDArray> promptValues = caches(step, count, width);
    NDArray promptPads = step.create(padding);
    NDArray logits =
        decoder
            .script()
            .run(
                step,
                "prefill",
                step.create(ids, new Shape(count, width)),
                promptPads,
                decoder.cosines(length),
                decoder.sines(length),
                promptKeys,
                promptValues,
                decoder.weights().parameters())
            .get(0);
    keys = caches(manager, count * samples, length);
    values = caches(manager, count * samples, length);
    decoder.script().run(step, "repeat", promptKeys, keys, samples);
    decoder.script().run(step, "repeat", promptValues, values, samples);
    long[] spread = new long[count * samples];
    Arrays.setAll(spread, i -> i / samples);
    NDArray index = step.create(spread);
    pads = rows(manager, promptPads, index);
    return rows(step, logits, index);
  }

  private void decode(List<Row> active, int column) {
    try (NDManager step = decoder.newStep()) {
      long[] last = new long[(int) pads.getShape().get(0)];
      for (Row row : active) {
        last[row.place] = row.last();
      }
      NDArray logits =
          decoder
              .script()
              .run(
                  step,
                  "decode",
                  step.create(last),
                  pads,
                  decoder.cosines(column + 1),
                  decoder.sines(column + 1),
                  column,
                  keys,
                  values,
                  decoder.weights().parameters())
              .get(0);
      pick(step, logits, active);
    }
  }

  /** Draws the next token of every active row. */
  private void pick(NDManager step, NDArray logits, List<Row> active) {
    double[] uniforms = new double[(int) logits.getShape().get(0)];
    for (int i = 0; i < active.size(); i++) {
      Row row = active.get(i);
      row.place = row.count == 0 ? i : row.place;
      uniforms[row.place] = Noise.uniform(seed, row.promptHash, row.number, row.count);
    }
    NDList picked =
        decoder
            .script()
            .run(
                step,
                "pick",
                logits,
                step.create(uniforms),
                settings.temperature(),
                settings.topK(),
                settings.topP());
    long[] ids = picked.get(0).toLongArray();
    float[] logProbs = picked.get(1).toFloatArray();
    for (Row row : active) {
      int id = (int) ids[row.place];
      row.add(id, logProbs[row.place], settings.stopIds().contains(id));
    }
  }

  /**
   * The rows still under way; when they are half of the batch or less, the batch shrinks to them.
   */
  private List<Row> dropDone(List<Row> active) {
    List<Row> going = active.stream().filter(row -> !row.finished).toList();
    if (going.isEmpty() || 2L * going.size() > pads.getShape().get(0)) {
      return going;
    }
    NDManager smaller = decoder.newStep();
    try (NDManager step = decoder.newStep()) {
      NDArray index = step.create(going.stream().mapToLong(row -> row.place).toArray());
      keys = keys.stream().map(cache -> rows(smaller, cache, index)).toList();
      values = values.stream().map(cache -> rows(smaller, cache, index)).toList();
      pads = rows(smaller, pads, index);
    }
    for (int i = 0; i < going.size(); i++) {
      going.get(i).place = i;
    }
    manager.close();
    manager = smaller;
    return going;
  }

  private NDArray rows(NDManager owner, NDArray source, NDArray index) {
    return decoder.script().run(owner, "rows", source, index).get(0);
  }

  private List<NDArray> caches(NDManager owner, int count, int length) {
    DecoderConfig config = decoder.config();
    Shape shape = new Shape(count, config.keyValueHeads(), length, config.headSize());
    List<NDArray> caches = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      caches.add(owner.zeros(shape, DataType.FLOAT32));
    }
    return caches;
  }

  @Override
  public void close() {
    manager.close();
  }

  /** One completion under way. */
  private static final class Row {
    private final long promptHash;
    private final int number;
    private final int[] ids;
    private final double[] logProbs;
    private int count;
    private int place;
    private boolean finished;

    Row(long promptHash, int number, int most) {
      this.promptHash = promptHash;
      this.number = number;
      this.ids = new int[most];
      this.logProbs = new double[most];
    }

    int last() {
      return ids[count - 1];
    }

    void add(int id, double logProb, boolean stops) {
      ids[count] = id;
      logProbs[count] = logProb;
      count++;
      finished = stops;
    }

    Sample sample() {
      return new Sample(Arrays.copyOf(ids, count), Arrays.copyOf(logProbs, count), finished);
    }
  }
}
