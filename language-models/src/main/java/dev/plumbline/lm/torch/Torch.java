package dev.plumbline.lm.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import dev.plumbline.lm.PlumblineException;
import java.io.IOException;

/** Starts the engine, and goes backward. The engine draws no random number: noise is Java's. */
public final class Torch {
  private static final String ENGINE = "PyTorch";

  /** The engine's cause of failure when it would have to download something. */
  private static final String OFFLINE = "Offline mode";

  private static final ThreadLocal<Boolean> PREPARED =
      ThreadLocal.withInitial(
          () -> {
            JniUtils.setGraphExecutorOptimize(false);
            JniUtils.setGradMode(false);
            return true;
          });

  private static Engine engine;

  static {
    // Before any class of DJL's engine: it would look for missing libraries on the network, and
    // report its use.
    System.setProperty("ai.djl.offline", "true");
  }

  private Torch() {}

  /**
   * The engine's version, for manifests: {@code 2.7.1}. Starts the engine if it has not started.
   */
  public static String version() {
    return engine(ComputeDevice.CPU).getVersion();
  }

  /** How many threads one operation may use. Starts the engine if it has not started. */
  public static int threads() {
    engine(ComputeDevice.CPU);
    return JniUtils.getNumThreads();
  }

  /**
   * A manager for tensors on a device. Its tensors live until it is closed. The first call starts
   * the engine, on libraries for that device.
   *
   * @throws PlumblineException if the engine or the device is not there; the message says what to
   *     install
   */
  public static NDManager manager(ComputeDevice device) {
    Engine started = engine(device);
    if (device.isCuda() && !started.hasCapability(StandardCapabilities.CUDA)) {
      throw absent(device, "libtorch sees no GPU", null);
    }
    NDManager manager =
        NDManager.newBaseManager(
            device.cudaIndex().map(Device::gpu).orElseGet(Device::cpu), ENGINE);
    try {
      manager.zeros(new Shape(1)).close();
      return manager;
    } catch (EngineException failure) {
      manager.close();
      throw absent(
          device, String.valueOf(failure.getMessage()).lines().findFirst().orElse(""), failure);
    }
  }

  private static PlumblineException absent(ComputeDevice device, String why, Throwable cause) {
    return new PlumblineException(
        "device %s is not there: %s; nvidia-smi should list it, and the driver be as new as libtorch's CUDA; or use --device cpu"
            .formatted(device, why),
        cause);
  }

  /**
   * Sets the engine's switches on this thread, once: no gradient unless {@link GradientMode} says
   * so, and no rewriting of scripts (with it, calls without gradient build graphs after a few runs,
   * and the first calls are slow).
   */
  static void prepareThread() {
    PREPARED.get();
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

  private static synchronized Engine engine(ComputeDevice device) {
    if (engine == null) {
      if (device.isCuda()) {
        CudaLibraries.find(CudaLibraries.Machine.here()).use();
      } else if (System.getenv(CudaLibraries.FLAVOR) == null) {
        // Otherwise DJL guesses one that is not on the class path.
        System.setProperty(CudaLibraries.FLAVOR, "cpu");
      }
      engine = start();
    }
    return engine;
  }

  private static Engine start() {
    try {
      return Engine.getEngine(ENGINE);
    } catch (EngineException | IllegalArgumentException | LinkageError failure) {
      throw new PlumblineException("libtorch does not start: " + reason(failure), failure);
    }
  }

  /** What happened, and the remedy. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String what = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    if (root instanceof IOException && !what.startsWith(OFFLINE)) {
      return "it cannot be unpacked to %s (%s); free 450 MB there, or set DJL_CACHE_DIR to a folder with room that you may write to"
          .formatted(Utils.getEngineCacheDir(), what);
    }
    return what.startsWith(OFFLINE)
        ? "its library or native interface is not on the class path in the version that is asked for, and nothing is downloaded; unset PYTORCH_VERSION and PYTORCH_FLAVOR, or see docs/gpu.md"
        : what;
  }
}
