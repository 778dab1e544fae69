package dev.plumbline.lm.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import java.util.List;
import java.util.stream.IntStream;

/**
 * AdamW (Loshchilov and Hutter, arXiv 1711.05101) over a decoder's parameters, in PyTorch's fused
 * kernel: both moments of every parameter, and how many steps were taken. Decay applies to matrices
 * and embeddings only.
 */
public final class AdamW implements AutoCloseable {
  private final Decoder decoder;
  private final NDManager manager;
  private final List<NDArray> first;
  private final List<NDArray> second;
  private final List<NDArray> counts;
  private final int[] decaying;
  private final int[] constant;
  private long steps;

  /** Starts with moments of zero. */
  public AdamW(Decoder decoder) {
    this(decoder, 0);
  }

  /** Goes on after a number of steps; the moments are for the caller to fill. */
  public AdamW(Decoder decoder, long steps) {
    this.decoder = decoder;
    this.manager = decoder.newStep();
    this.steps = steps;
    List<NDArray> parameters = decoder.weights().parameters();
    this.first = parameters.stream().map(this::zeros).toList();
    this.second = parameters.stream().map(this::zeros).toList();
    // The fused kernel wants a counter a tensor.
    this.counts =
        parameters.stream()
            .map(p -> manager.full(new Shape(), (float) steps, DataType.FLOAT32))
            .toList();
    List<ParameterSpec> specs = decoder.weights().specs();
    this.decaying = IntStream.range(0, specs.size()).filter(i -> specs.get(i).decays()).toArray();
    this.constant = IntStream.range(0, specs.size()).filter(i -> !specs.get(i).decays()).toArray();
  }

  private NDArray zeros(NDArray parameter) {
    return manager.zeros(parameter.getShape(), DataType.FLOAT32);
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

  /** Moves the parameters along their gradients. */
  public void step(double rate, double beta1, double beta2, double epsilon, double decay) {
    step(decaying, rate, beta1, beta2, decay, epsilon);
    step(constant, rate, beta1, beta2, 0, epsilon);
    steps++;
  }

  private void step(
      int[] members, double rate, double beta1, double beta2, double decay, double epsilon) {
    if (members.length == 0) {
      return;
    }
    try (NDManager step = manager.newSubManager()) {
      decoder
          .script()
          .run(
              step,
              "adamw",
              pick(members, decoder.weights().parameters()),
              pick(members, decoder.weights().gradients()),
              pick(members, first),
              pick(members, second),
              pick(members, counts),
              rate,
              beta1,
              beta2,
              decay,
              epsilon);
    }
  }

  private static List<NDArray> pick(int[] members, List<NDArray> all) {
    return IntStream.of(members).mapToObj(all::get).toList();
  }

  @Override
  public void close() {
    manager.close();
  }
}
