package dev.plumbline.lm.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import dev.plumbline.lm.torch.Script;
import dev.plumbline.lm.torch.Torch;
import java.util.ArrayList;
import java.util.List;

/** A decoder's parameters in the order of its description, and their gradients. */
public final class Weights {
  private final NDManager manager;
  private final Script script;
  private final List<ParameterSpec> specs;
  private final List<NDArray> parameters = new ArrayList<>();
  private List<NDArray> gradients = List.of();

  Weights(NDManager manager, Script script, Transfers transfers, ModelFolder folder) {
    this.manager = manager;
    this.script = script;
    this.specs = folder.architecture().parameters();
    for (ParameterSpec spec : specs) {
      NDArray parameter = manager.create(new Shape(spec.shape()), DataType.FLOAT32);
      transfers.fill(parameter, folder.values(spec));
      parameter.setRequiresGradient(true);
      parameters.add(parameter);
    }
  }

  /** What the parameters are called and how they are shaped, in order. */
  public List<ParameterSpec> specs() {
    return specs;
  }

  /** The parameters, float32, leaves of every graph. */
  public List<NDArray> parameters() {
    return parameters;
  }

  /**
   * The gradients, one a parameter. Handles on the engine's own accumulators: they stay the same
   * tensors from the first call on, because they are zeroed and never dropped.
   */
  public List<NDArray> gradients() {
    if (gradients.isEmpty()) {
      gradients = parameters.stream().map(this::gradient).toList();
    }
    return gradients;
  }

  /** The engine has no accumulator before the first backward, and DJL would make up another. */
  private NDArray gradient(NDArray parameter) {
    try (NDArray zero = manager.zeros(parameter.getShape(), DataType.FLOAT32)) {
      Torch.backward(parameter, zero);
    }
    return Torch.gradient(parameter, manager);
  }

  /** L2 norm over all gradients, summed in float64. */
  public double gradientNorm() {
    try (NDManager step = manager.newSubManager()) {
      double sum = 0;
      for (float norm : script.run(step, "norms", gradients()).get(0).toFloatArray()) {
        sum += (double) norm * norm;
      }
      return Math.sqrt(sum);
    }
  }

  /** Multiplies all gradients. */
  public void scaleGradients(double factor) {
    if (factor != 1) {
      run("scale", gradients(), factor);
    }
  }

  /** Sets all gradients to zero, also those that nobody has looked at. */
  public void zeroGradients() {
    run("zero", gradients());
  }

  /** {@code w -= rate * g}. */
  public void sgd(double rate) {
    run("sgd", parameters, gradients(), rate);
  }

  /** {@code w = (1 - share) w + share * others}. */
  public void blend(Weights others, double share) {
    run("blend", parameters, others.parameters, 1 - share, share);
  }

  private void run(String method, Object... arguments) {
    try (NDManager step = manager.newSubManager()) {
      script.run(step, method, arguments);
    }
  }
}
