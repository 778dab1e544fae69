package dev.plumbline.lm.policy;

import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.decoder.Decoder;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.testing.GoldenTensors;
import dev.plumbline.lm.torch.ComputeDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A golden model: rows of token ids, and what transformers computed for them. */
final class GoldenModel {
  private final Path folder;
  private final GoldenTensors numbers;
  private final int width;
  private final int words;

  GoldenModel(String name) {
    this.folder = Golden.model(name);
    this.numbers = GoldenTensors.read(folder.resolve("golden.safetensors"));
    int[] shape = numbers.shape("logits");
    this.width = shape[1];
    this.words = shape[2];
  }

  static Decoder load(Path folder) {
    try (ModelFolder model = ModelFolder.open(folder)) {
      return Decoder.load(model, ComputeDevice.CPU);
    }
  }

  Decoder load() {
    return load(folder);
  }

  Path folder() {
    return folder;
  }

  GoldenTensors numbers() {
    return numbers;
  }

  int words() {
    return words;
  }

  /** The rows without their padding. */
  List<int[]> rows() {
    int[] ids = numbers.ints("input_ids");
    int[] mask = numbers.ints("attention_mask");
    List<int[]> rows = new ArrayList<>();
    for (int start = 0; start < ids.length; start += width) {
      int length = Arrays.stream(mask, start, start + width).sum();
      rows.add(Arrays.copyOfRange(ids, start, start + length));
    }
    return rows;
  }

  /** A tensor [rows, width, size] at the real tokens of a row, one array a token. */
  List<double[]> atTokens(String name, int row, int size) {
    double[] all = numbers.doubles(name);
    List<double[]> values = new ArrayList<>();
    for (int t = 0; t < rows().get(row).length; t++) {
      int from = (row * width + t) * size;
      values.add(Arrays.copyOfRange(all, from, from + size));
    }
    return values;
  }

  /** The rows as prompts with one completion each. */
  Batch batch() {
    int[] completionMask = numbers.ints("completion_mask");
    List<int[]> rows = rows();
    List<Batch.Item> items = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      int learned = Arrays.stream(completionMask, i * width, (i + 1) * width).sum();
      items.add(item(rows.get(i), rows.get(i).length - learned));
    }
    return new Batch(items);
  }

  static Batch.Item item(int[] row, int promptLength) {
    return new Batch.Item(
        Arrays.copyOf(row, promptLength),
        List.of(Batch.Completion.of(Arrays.copyOfRange(row, promptLength, row.length))));
  }

  /** Every token of every row followed by one more, so that logits are computed at all of them. */
  Batch everyPosition() {
    return new Batch(
        rows().stream().map(row -> item(Arrays.copyOf(row, row.length + 1), 1)).toList());
  }

  double[] coefficients() {
    return numbers.doubles("row_coefficients");
  }
}
