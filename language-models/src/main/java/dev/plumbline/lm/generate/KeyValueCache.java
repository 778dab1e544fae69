package dev.plumbline.lm.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.decoder.Decoder;
import java.util.List;
import java.util.stream.Stream;

/** The keys and values of every layer, {@code [rows * keyValueHeads, columns, headSize]}. */
final class KeyValueCache implements AutoCloseable {
  private final Decoder decoder;

  /** Owner of the tensors; replaced with them, so that the memory of old ones goes at once. */
  private NDManager manager;

  private List<NDArray> keys;
  private List<NDArray> values;

  KeyValueCache(Decoder decoder, int rows, int columns) {
    DecoderConfig config = decoder.config();
    this.decoder = decoder;
    this.manager = decoder.newStep();
    Shape shape = new Shape((long) rows * config.keyValueHeads(), columns, config.headSize());
    keys = tensors(shape);
    values = tensors(shape);
  }

  /** Floats that a column of one row takes, over all layers. */
  static long floatsPerColumn(DecoderConfig config) {
    return 2L * config.layers() * config.keyValueHeads() * config.headSize();
  }

  List<NDArray> keys() {
    return keys;
  }

  List<NDArray> values() {
    return values;
  }

  /** Keeps the given rows, in that order and as often as they are named, and adds columns. */
  void resize(long[] rows, int columns) {
    NDManager next = decoder.newStep();
    try (NDManager step = decoder.newStep()) {
      NDArray index = step.create(rows);
      keys = resized(keys, index, columns, next);
      values = resized(values, index, columns, next);
    }
    manager.close();
    manager = next;
  }

  private List<NDArray> resized(List<NDArray> old, NDArray rows, int columns, NDManager owner) {
    return decoder
        .script()
        .run(owner, "resize", old, rows, decoder.config().keyValueHeads(), columns);
  }

  private List<NDArray> tensors(Shape shape) {
    return Stream.generate(() -> manager.zeros(shape, DataType.FLOAT32))
        .limit(decoder.config().layers())
        .toList();
  }

  @Override
  public void close() {
    manager.close();
  }
}
