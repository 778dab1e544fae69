package dev.plumbline.lm.torch;

import ai.djl.pytorch.jni.JniUtils;

/** While open, what this thread computes can be differentiated. */
public final class GradientMode implements AutoCloseable {
  private GradientMode() {}

  /** Switches gradients on for this thread. Closing switches them off: modes do not nest. */
  public static GradientMode on() {
    Torch.prepareThread();
    JniUtils.setGradMode(true);
    return new GradientMode();
  }

  @Override
  public void close() {
    JniUtils.setGradMode(false);
  }
}
