package dev.plumbline.lm.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/** Starts the engine, and goes backward. */
public final class Torch {
  private static final String ENGINE = "PyTorch";

  private Torch() {}

  /** The engine's version, for manifests: {@code 2.7.1}. Starts the engine. */
  public static String version() {
    return engine().getVersion();
  }

  /**
   * A manager for tensors on a device. Its tensors live until it is closed.
   *
   * @throws IllegalStateException if the engine or the device is not there; the message says what
   *     to install
   */
  public static NDManager manager(ComputeDevice device) {
    Engine engine = engine();
    int gpus = engine.getGpuCount();
    if (device.isCuda() && device.cudaIndex().orElseThrow() >= gpus) {
      throw new IllegalStateException(
          "device "
              + device
              + " is not there: the engine sees "
              + gpus
              + " GPUs; use --device cpu, or see docs/gpu.md for the CUDA libraries that libtorch "
              + engine.getVersion()
              + " needs");
    }
    prepareThread();
    return NDManager.newBaseManager(
        device.cudaIndex().map(Device::gpu).orElseGet(Device::cpu), ENGINE);
  }

  /**
   * Sets the engine's thread-local switches on this thread: no gradient unless {@link GradientMode}
   * says so, and no rewriting of scripts (with it, calls without gradient build graphs after a few
   * runs, and the first calls are slow).
   */
  static void prepareThread() {
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(false);
  }

  /**
   * Adds {@code d loss / d leaf} to every leaf's gradient, given {@code d loss / d output}. Frees
   * the graph.
   */
  public static void backward(NDArray output, NDArray outputGradient) {
    JniUtils.backward((PtNDArray) output, (PtNDArray) outputGradient, false, false);
  }

  /** A handle on the gradient of a leaf (not a copy), attached to the given manager. */
  public static NDArray gradient(NDArray leaf, NDManager manager) {
    NDArray gradient = leaf.getGradient();
    gradient.attach(manager);
    return gradient;
  }

  private static Engine engine() {
    try {
      return Engine.getEngine(ENGINE);
    } catch (EngineException | IllegalStateException | UnsatisfiedLinkError failure) {
      throw new IllegalStateException(
          "libtorch does not start: "
              + rootMessage(failure)
              + "; see docs/gpu.md for libraries of your own",
          failure);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }
}
