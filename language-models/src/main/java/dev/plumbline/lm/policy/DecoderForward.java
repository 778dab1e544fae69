package dev.plumbline.lm.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.decoder.Decoder;
import dev.plumbline.lm.torch.GradientMode;
import dev.plumbline.lm.torch.Torch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * A decoder's forward pass over a batch, in two parts: the trunk up to the last hidden states of
 * learned positions, and the head over the vocabulary. The logits decide the memory of small
 * models, so there is one tensor of their size: their gradient is written over them. Where even one
 * is too large, the head runs in chunks, and again when going backward.
 */
final class DecoderForward implements Policy.Forward {
  /** Logits held at a time, in floats: 256 MiB. */
  private static final long LOGITS = 64L << 20;

  /** The lines of the script's scores after the first, which is log-probs. */
  private static final List<TokenStatistic> STATISTICS =
      List.of(
          TokenStatistic.ENTROPY,
          TokenStatistic.MEAN_LOGIT,
          TokenStatistic.TOP1,
          TokenStatistic.LOG_SUM_SQUARES);

  private static final int LINES = 1 + STATISTICS.size();

  private final Decoder decoder;
  private final Batch batch;
  private final int learned;
  private final int chunk;
  private final NDManager step;
  private final boolean graph;
  private NDArray hidden;
  private NDArray targets;
  private NDArray logits;
  private LogProbs logProbs;
  private boolean wentBackward;

  DecoderForward(Decoder decoder, Batch batch, Set<TokenStatistic> statistics, boolean graph) {
    this(decoder, batch, statistics, graph, LOGITS);
  }

  DecoderForward(
      Decoder decoder,
      Batch batch,
      Set<TokenStatistic> statistics,
      boolean graph,
      long mostLogits) {
    this.decoder = decoder;
    this.batch = batch;
    this.graph = graph;
    PaddedRows rows =
        PaddedRows.of(batch, decoder.config().vocabularySize(), decoder.config().maxPositions());
    this.learned = rows.at().length;
    this.chunk =
        (int) Math.max(1, Math.min(learned, mostLogits / decoder.config().vocabularySize()));
    this.step = decoder.newStep();
    try {
      if (learned > 0) {
        run(rows, statistics);
      } else {
        logProbs = read(new float[0], statistics);
      }
    } catch (RuntimeException failure) {
      step.close();
      throw failure;
    }
  }

  private void run(PaddedRows rows, Set<TokenStatistic> statistics) {
    NDArray ids = step.create(rows.ids(), new Shape(rows.rows(), rows.width()));
    targets = step.create(rows.targets());
    NDList inputs =
        new NDList(
            ids,
            step.create(rows.at()),
            decoder.cosines(rows.width()),
            decoder.sines(rows.width()));
    hidden =
        withMode(() -> decoder.script().call("hidden", inputs, decoder.weights().parameters()));
    float[] scores = new float[LINES * learned];
    if (chunk == learned) {
      logits = withMode(() -> head(hidden));
      score(logits, targets, 0, statistics, scores);
      if (!graph) {
        logits.close();
      }
    } else {
      for (int from = 0; from < learned; from += chunk) {
        try (NDManager part = step.newSubManager()) {
          NDArray z = head(part(hidden, from, part));
          z.attach(part);
          score(z, part(targets, from, part), from, statistics, scores);
        }
      }
    }
    logProbs = read(scores, statistics);
  }

  @Override
  public LogProbs logProbs() {
    return logProbs;
  }

  /** Logits of the learned positions, in order, {@code [learned * words]}; before backward only. */
  float[] logits() {
    return head(hidden).toFloatArray();
  }

  @Override
  public void backward(TokenGradients gradients) {
    if (!graph) {
      throw new IllegalStateException("this forward pass was made without gradient");
    }
    if (wentBackward) {
      throw new IllegalStateException("this forward pass went backward before");
    }
    wentBackward = true;
    if (learned == 0) {
      return;
    }
    NDArray coefficients = step.create(PaddedRows.gather(batch, gradients.tokens(), learned));
    if (chunk == learned) {
      backwardThrough(logits, targets, coefficients);
    } else {
      NDArray leaf = hidden.stopGradient();
      leaf.attach(step);
      leaf.setRequiresGradient(true);
      for (int from = 0; from < learned; from += chunk) {
        try (NDManager part = step.newSubManager()) {
          int start = from;
          NDArray z = withMode(() -> head(part(leaf, start, part)));
          z.attach(part);
          backwardThrough(z, part(targets, from, part), part(coefficients, from, part));
        }
      }
      Torch.backward(hidden, Torch.gradient(leaf, step));
    }
  }

  /** Writes the loss's gradient over the logits and goes backward from there. */
  private void backwardThrough(NDArray z, NDArray y, NDArray coefficients) {
    decoder.script().run(step, "gradient", z, y, coefficients).forEach(NDArray::close);
    NDArray gradient = z.stopGradient();
    // It shares its memory with z, so it must not outlive it.
    gradient.attach(z.getManager());
    Torch.backward(z, gradient);
  }

  private NDArray head(NDArray h) {
    return decoder.script().call("head", new NDList(h), decoder.weights().parameters());
  }

  /** Rows from a place on, as many as a chunk holds; autograd follows. */
  private NDArray part(NDArray tensor, int from, NDManager owner) {
    long[] rows = LongStream.range(from, Math.min(learned, from + chunk)).toArray();
    NDArray part = decoder.script().call("rows", new NDList(tensor, owner.create(rows)), List.of());
    part.attach(owner);
    return part;
  }

  private void score(
      NDArray z, NDArray y, int from, Set<TokenStatistic> statistics, float[] scores) {
    List<Object> arguments = new ArrayList<>(List.of(z, y));
    STATISTICS.forEach(statistic -> arguments.add(statistics.contains(statistic)));
    try (NDArray block = decoder.script().run(step, "score", arguments.toArray()).get(0)) {
      float[] values = block.toFloatArray();
      int count = values.length / LINES;
      for (int line = 0; line < LINES; line++) {
        System.arraycopy(values, line * count, scores, line * learned + from, count);
      }
    }
  }

  private LogProbs read(float[] scores, Set<TokenStatistic> statistics) {
    Map<TokenStatistic, double[][]> read = new EnumMap<>(TokenStatistic.class);
    for (TokenStatistic statistic : statistics) {
      int line = 1 + STATISTICS.indexOf(statistic);
      read.put(statistic, PaddedRows.spread(batch, scores, line * learned));
    }
    return new LogProbs(PaddedRows.spread(batch, scores, 0), read);
  }

  private NDArray withMode(Supplier<NDArray> computation) {
    if (!graph) {
      return computation.get();
    }
    try (GradientMode on = GradientMode.on()) {
      return computation.get();
    }
  }

  @Override
  public void close() {
    step.close();
  }
}
