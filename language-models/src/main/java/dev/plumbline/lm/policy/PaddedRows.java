package dev.plumbline.lm.policy;

import dev.plumbline.lm.PlumblineException;
import java.util.List;

/**
 * A batch laid out for the engine: one row a completion, prompt and completion together, padded on
 * the right; and the flat positions whose next token is learned.
 *
 * @param ids {@code [rows * width]} token ids, 0 at padding
 * @param rows number of completions
 * @param width tokens of the longest row
 * @param at {@code [learned]} flat positions {@code row * width + t}: the token at t + 1 is learned
 * @param targets {@code [learned]} those next tokens
 */
record PaddedRows(long[] ids, int rows, int width, long[] at, long[] targets) {

  static PaddedRows of(Batch batch, int vocabularySize, int maxPositions) {
    int width = 0;
    int learned = 0;
    for (Batch.Item item : batch.items()) {
      for (Batch.Completion completion : item.completions()) {
        width = Math.max(width, item.prompt().length + completion.ids().length);
        learned += completion.learnedTokens();
      }
    }
    if (width > maxPositions) {
      throw new PlumblineException(
          "a row of %d tokens exceeds the model's %d positions; set max_length to at most %d"
              .formatted(width, maxPositions, maxPositions));
    }
    int rows = batch.size();
    long[] ids = new long[rows * width];
    long[] at = new long[learned];
    long[] targets = new long[learned];
    int row = 0;
    int place = 0;
    for (Batch.Item item : batch.items()) {
      for (Batch.Completion completion : item.completions()) {
        int start = row * width;
        copy(item.prompt(), ids, start, vocabularySize);
        int first = start + item.prompt().length;
        copy(completion.ids(), ids, first, vocabularySize);
        for (int t = 0; t < completion.ids().length; t++) {
          if (completion.learned()[t]) {
            at[place] = first + t - 1L;
            targets[place++] = completion.ids()[t];
          }
        }
        row++;
      }
    }
    return new PaddedRows(ids, rows, width, at, targets);
  }

  /**
   * Spreads values at the learned positions, in order, over arrays as long as the completions; 0
   * elsewhere.
   */
  static double[][] spread(Batch batch, float[] values, int from) {
    List<Batch.Completion> completions = batch.completions();
    double[][] spread = new double[completions.size()][];
    int place = from;
    for (int i = 0; i < spread.length; i++) {
      boolean[] learned = completions.get(i).learned();
      spread[i] = new double[learned.length];
      for (int t = 0; t < learned.length; t++) {
        if (learned[t]) {
          spread[i][t] = values[place++];
        }
      }
    }
    return spread;
  }

  /** Gathers the learned positions' values, in order. */
  static float[] gather(Batch batch, double[][] values, int learned) {
    List<Batch.Completion> completions = batch.completions();
    if (values.length != completions.size()) {
      throw new IllegalArgumentException(
          "gradients of %d completions for a batch of %d"
              .formatted(values.length, completions.size()));
    }
    float[] gathered = new float[learned];
    int place = 0;
    for (int i = 0; i < values.length; i++) {
      boolean[] mask = completions.get(i).learned();
      for (int t = 0; t < mask.length; t++) {
        if (mask[t]) {
          gathered[place++] = (float) values[i][t];
        }
      }
    }
    return gathered;
  }

  private static void copy(int[] source, long[] target, int start, int vocabularySize) {
    for (int t = 0; t < source.length; t++) {
      if (source[t] < 0 || source[t] >= vocabularySize) {
        throw new PlumblineException(
            "token id %d is outside the model's vocabulary of %d; the data were tokenised for another model"
                .formatted(source[t], vocabularySize));
      }
      target[start + t] = source[t];
    }
  }
}
