package dev.plumbline.train.loop;

import dev.plumbline.lm.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which rows make up which optimiser step, counted as Hugging Face's Trainer does: an epoch's rows
 * in micro-batches, the last one short; micro-batches in windows of an optimiser step, the last one
 * short; then the next epoch.
 */
final class Order {
  private final int rows;
  private final int microBatch;
  private final int accumulation;
  private final boolean shuffle;
  private final long seed;
  private final int microBatches;
  private long permuted = -1;
  private int[] permutation;

  Order(int rows, TrainerOptions options) {
    this.rows = rows;
    this.microBatch = options.perDeviceTrainBatchSize();
    this.accumulation = options.gradientAccumulationSteps();
    this.shuffle = options.shuffleDataset();
    this.seed = options.seed();
    this.microBatches = ceilDiv(rows, microBatch);
  }

  /**
   * The rows of one optimiser step.
   *
   * @param microBatches numbers of rows
   * @param epoch epochs done after it
   * @param endsEpoch whether it is its epoch's last
   */
  record Window(List<int[]> microBatches, double epoch, boolean endsEpoch) {}

  int stepsPerEpoch() {
    return ceilDiv(microBatches, accumulation);
  }

  /** The window of a step, the first is 0. */
  Window window(long step) {
    long epoch = step / stepsPerEpoch();
    int first = (int) (step % stepsPerEpoch()) * accumulation;
    int end = Math.min(microBatches, first + accumulation);
    int[] order = permutation(epoch);
    List<int[]> window = new ArrayList<>();
    for (int i = first; i < end; i++) {
      window.add(Arrays.copyOfRange(order, i * microBatch, Math.min(rows, (i + 1) * microBatch)));
    }
    return new Window(window, epoch + (double) end / microBatches, end == microBatches);
  }

  private int[] permutation(long epoch) {
    if (permuted != epoch) {
      permutation =
          shuffle
              ? new RandomStream(seed, "shuffle", epoch).permutation(rows)
              : IntStream.range(0, rows).toArray();
      permuted = epoch;
    }
    return permutation;
  }

  private static int ceilDiv(int a, int b) {
    return (int) (((long) a + b - 1) / b);
  }
}
