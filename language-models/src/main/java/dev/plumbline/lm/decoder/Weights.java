package dev.plumbline.lm.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import dev.plumbline.lm.torch.Script;
import dev.plumbline.lm.torch.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A decoder's parameters in the order of its description, their gradients, and AdamW's state. */
public final class Weights {
  private final NDManager manager;
  private final Script script;
  private final List<ParameterSpec> specs;
  private final List<NDArray> parameters = new ArrayList<>();
  private List<NDArray> gradients = List.of();
  private Moments moments;

  Weights(NDManager manager, Script script, ModelFolder folder) {
    this.manager = manager;
    this.script = script;
    this.specs = folder.parameters();
    for (ParameterSpec spec : specs) {
      NDArray parameter = upload(manager, folder.float32(spec.name()), spec);
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

  /** First and second moments and the number of AdamW's steps; null before the first. */
  public Moments moments() {
    return moments;
  }

  /**
   * The gradients, one a parameter. Handles on the engine's own accumulators: they stay the same
   * tensors from the first backward on, because they are zeroed and never dropped.
   */
  private List<NDArray> gradients() {
    if (gradients.isEmpty()) {
      gradients = parameters.stream().map(parameter -> Torch.gradient(parameter, manager)).toList();
    }
    return gradients;
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

  /** Sets all gradients to zero. */
  public void zeroGradients() {
    if (!gradients.isEmpty()) {
      run("zero", gradients);
    }
  }

  /** {@code w -= rate * g}. */
  public void sgd(double rate) {
    run("sgd", parameters, gradients(), rate);
  }

  /** One fused AdamW step; decay on matrices and embeddings only. */
  public void adamw(double rate, double beta1, double beta2, double epsilon, double decay) {
    if (moments == null) {
      moments = new Moments(manager, parameters);
    }
    adamw(ParameterSpec::decays, rate, beta1, beta2, decay, epsilon);
    adamw(Predicate.not(ParameterSpec::decays), rate, beta1, beta2, 0, epsilon);
    moments.countStep();
  }

  private void adamw(
      Predicate<ParameterSpec> group,
      double rate,
      double beta1,
      double beta2,
      double decay,
      double epsilon) {
    List<Integer> members = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      if (group.test(specs.get(i))) {
        members.add(i);
      }
    }
    if (!members.isEmpty()) {
      run(
          "adamw",
          pick(members, parameters),
          pick(members, gradients()),
          pick(members, moments.first()),
          pick(members, moments.second()),
          pick(members, moments.counts()),
          rate,
          beta1,
          beta2,
          decay,
          epsilon);
    }
  }

  /** Overwrites a tensor (a parameter or a moment) with float32 values in its own order. */
  public void assign(NDArray target, ByteBuffer float32) {
    try (NDManager step = manager.newSubManager()) {
      NDArray source = step.create(float32, target.getShape(), DataType.FLOAT32);
      script.run(step, "assign", target, source);
    }
  }

  /** Starts AdamW's state over, at a given number of steps, with moments of zero to be assigned. */
  public Moments resetMoments(long steps) {
    if (moments != null) {
      moments.close();
    }
    moments = new Moments(manager, parameters);
    moments.setSteps(steps);
    return moments;
  }

  /** Forgets AdamW's state. */
  public void dropMoments() {
    if (moments != null) {
      moments.close();
      moments = null;
    }
  }

  private void run(String method, Object... arguments) {
    try (NDManager step = manager.newSubManager()) {
      script.run(step, method, arguments);
    }
  }

  private static List<NDArray> pick(List<Integer> members, List<NDArray> all) {
    return members.stream().map(all::get).toList();
  }

  private static NDArray upload(NDManager manager, ByteBuffer float32, ParameterSpec spec) {
    try (NDArray view = manager.create(float32, new Shape(spec.shape()), DataType.FLOAT32)) {
      return view.duplicate();
    }
  }
}
