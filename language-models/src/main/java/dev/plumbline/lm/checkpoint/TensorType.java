package dev.plumbline.lm.checkpoint;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;

/** How safetensors files store numbers, named as their headers name it. */
public enum TensorType {
  F32(4, "float32"),
  F16(2, "float16"),
  BF16(2, "bfloat16");

  /** Rebiases an exponent of float16 (15) to float32's (127). */
  private static final int REBIAS = 127 - 15;

  private static final int HALF_INFINITY = 0x7c00;
  private static final int BRAIN_INFINITY = 0x7f80;

  private final int bytes;
  private final String torchName;

  TensorType(int bytes, String torchName) {
    this.bytes = bytes;
    this.torchName = torchName;
  }

  /** Bytes of a number. */
  int bytes() {
    return bytes;
  }

  /** What {@code config.json} calls it. */
  String torchName() {
    return torchName;
  }

  /**
   * Widens stored numbers to float32, exactly.
   *
   * @param stored what the file holds, from its position to its limit
   * @param float32 filled from its start
   */
  void widen(ByteBuffer stored, ByteBuffer float32) {
    if (this == F32) {
      float32.duplicate().put(stored.duplicate());
      return;
    }
    ShortBuffer from = stored.asShortBuffer();
    IntBuffer to = float32.asIntBuffer();
    while (from.hasRemaining()) {
      short bits = from.get();
      to.put(this == BF16 ? bits << 16 : widenHalf(bits));
    }
  }

  /**
   * Narrows float32 to stored numbers, to the nearest, ties to even, as PyTorch casts.
   *
   * @param float32 from its position to its limit
   * @param stored filled from its start
   * @return whether every finite number stayed finite
   */
  boolean narrow(ByteBuffer float32, ByteBuffer stored) {
    if (this == F32) {
      stored.duplicate().put(float32.duplicate());
      return true;
    }
    int infinity = this == BF16 ? BRAIN_INFINITY : HALF_INFINITY;
    boolean finite = true;
    IntBuffer from = float32.asIntBuffer();
    ShortBuffer to = stored.asShortBuffer();
    while (from.hasRemaining()) {
      int bits = from.get();
      int narrow = this == BF16 ? narrowBrain(bits) : narrowHalf(bits);
      to.put((short) narrow);
      finite &= (narrow & 0x7fff) != infinity || Float.isInfinite(Float.intBitsToFloat(bits));
    }
    return finite;
  }

  private static int widenHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      return sign | Float.floatToRawIntBits(fraction * 0x1p-24f);
    }
    int wide = exponent == 0x1f ? 0xff : exponent + REBIAS;
    return sign | wide << 23 | fraction << 13;
  }

  private static int narrowHalf(int bits) {
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    float value = Float.intBitsToFloat(magnitude);
    if (Float.isNaN(value)) {
      return sign | 0x7e00;
    } else if (value >= 65520f) { // half way from the largest half to the next power of two
      return sign | HALF_INFINITY;
    } else if (value < 0x1p-14f) { // below the smallest normal half, they are multiples of 2^-24
      return sign | (int) Math.rint(value * 0x1p24);
    }
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | (rounded - (REBIAS << 23)) >>> 13;
  }

  private static int narrowBrain(int bits) {
    if (Float.isNaN(Float.intBitsToFloat(bits))) {
      return bits >>> 16 | 0x40;
    }
    return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  }
}
