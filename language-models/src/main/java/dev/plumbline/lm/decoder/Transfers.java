package dev.plumbline.lm.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.checkpoint.TensorValues;
import dev.plumbline.lm.torch.Script;
import java.nio.ByteBuffer;

/** Moves float32 tensors between the device and everything else, piece by piece. */
public final class Transfers {
  private final NDManager manager;
  private final Script script;

  Transfers(NDManager manager, Script script) {
    this.manager = manager;
    this.script = script;
  }

  /** The values of a tensor on the device, as they are when they are asked for. */
  public TensorValues values(NDArray tensor) {
    return consumer -> {
      long elements = tensor.getShape().size();
      for (long at = 0; at < elements; at += TensorValues.PIECE) {
        try (NDManager step = manager.newSubManager()) {
          long end = Math.min(elements, at + TensorValues.PIECE);
          consumer.accept(at, script.run(step, "piece", tensor, at, end).get(0).toByteBuffer(true));
        }
      }
    };
  }

  /** Overwrites a tensor on the device. */
  public void fill(NDArray tensor, TensorValues values) {
    values.forEachPiece(
        (at, float32) -> {
          try (NDManager step = manager.newSubManager()) {
            script.run(step, "fill", tensor, at, view(step, float32));
          }
        });
  }

  /** No copy where the values lie outside the heap. */
  private static NDArray view(NDManager step, ByteBuffer float32) {
    return step.create(float32, new Shape(float32.remaining() / Float.BYTES), DataType.FLOAT32);
  }
}
