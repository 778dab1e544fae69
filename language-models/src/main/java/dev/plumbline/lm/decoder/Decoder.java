package dev.plumbline.lm.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.checkpoint.Architecture;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.script.DecoderScript;
import dev.plumbline.lm.script.RotaryTable;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.lm.torch.Script;
import dev.plumbline.lm.torch.Torch;

/** A decoder on a device: compiled script, weights in float32, rotary tables. */
public final class Decoder implements AutoCloseable {
  private static final int FIRST_POSITIONS = 256;

  private final Architecture architecture;
  private final NDManager manager;
  private final Script script;
  private final Transfers transfers;
  private final Weights weights;
  private final RotaryTable rotary;
  private NDArray cosines;
  private NDArray sines;

  private Decoder(ModelFolder folder, NDManager manager) {
    this.architecture = folder.architecture();
    this.manager = manager;
    this.script = new Script(manager, DecoderScript.of(folder.architecture()));
    this.transfers = new Transfers(manager, script);
    this.weights = new Weights(manager, script, transfers, folder);
    this.rotary = new RotaryTable(config().rope(), config().headSize());
    growTables(Math.min(FIRST_POSITIONS, config().maxPositions()));
  }

  /** Loads a model folder's weights onto a device. */
  public static Decoder load(ModelFolder folder, ComputeDevice device) {
    NDManager manager = Torch.manager(device);
    try {
      return new Decoder(folder, manager);
    } catch (RuntimeException failure) {
      manager.close();
      throw failure;
    }
  }

  public Architecture architecture() {
    return architecture;
  }

  public DecoderConfig config() {
    return architecture.config();
  }

  public Weights weights() {
    return weights;
  }

  public Script script() {
    return script;
  }

  public Transfers transfers() {
    return transfers;
  }

  /** A manager for one step's tensors, on the decoder's device. */
  public NDManager newStep() {
    return manager.newSubManager();
  }

  /**
   * Cosines of at least so many positions, {@code [positions, headSize / 2]}; belongs to the
   * decoder.
   */
  public NDArray cosines(int positions) {
    growTables(positions);
    return cosines;
  }

  /** Sines, likewise. */
  public NDArray sines(int positions) {
    growTables(positions);
    return sines;
  }

  private void growTables(int positions) {
    if (cosines != null && cosines.getShape().get(0) >= positions) {
      return;
    }
    int rows =
        cosines == null ? positions : Math.max(positions, 2 * (int) cosines.getShape().get(0));
    Shape shape = new Shape(rows, config().headSize() / 2);
    NDArray oldCosines = cosines;
    NDArray oldSines = sines;
    cosines = nativeCopy(rotary.cosines(rows), shape);
    sines = nativeCopy(rotary.sines(rows), shape);
    if (oldCosines != null) {
      oldCosines.close();
      oldSines.close();
    }
  }

  /**
   * A tensor whose memory is the engine's: autograd saves the tables, and a Java buffer may be gone
   * before it looks again.
   */
  private NDArray nativeCopy(float[] values, Shape shape) {
    try (NDArray view = manager.create(values, shape)) {
      return view.duplicate();
    }
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
