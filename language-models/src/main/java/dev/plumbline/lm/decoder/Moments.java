package dev.plumbline.lm.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** AdamW's state: both moments of every parameter, and how many steps it has taken. */
public final class Moments implements AutoCloseable {
  private final List<NDArray> first;
  private final List<NDArray> second;
  private final List<NDArray> counts;
  private long steps;

  Moments(NDManager manager, List<NDArray> parameters) {
    first = parameters.stream().map(p -> manager.zeros(p.getShape(), DataType.FLOAT32)).toList();
    second = parameters.stream().map(p -> manager.zeros(p.getShape(), DataType.FLOAT32)).toList();
    // The fused kernel wants a counter a tensor.
    counts = parameters.stream().map(p -> manager.zeros(new Shape(), DataType.FLOAT32)).toList();
  }

  /** Means of gradients, one a parameter. */
  public List<NDArray> first() {
    return first;
  }

  /** Means of squared gradients, one a parameter. */
  public List<NDArray> second() {
    return second;
  }

  /** Steps taken. */
  public long steps() {
    return steps;
  }

  List<NDArray> counts() {
    return counts;
  }

  void countStep() {
    steps++;
  }

  void setSteps(long steps) {
    this.steps = steps;
    for (NDArray count : counts) {
      count.set(new float[] {steps});
    }
  }

  @Override
  public void close() {
    first.forEach(NDArray::close);
    second.forEach(NDArray::close);
    counts.forEach(NDArray::close);
  }
}
