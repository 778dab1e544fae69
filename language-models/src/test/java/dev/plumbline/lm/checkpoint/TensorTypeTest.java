package dev.plumbline.lm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorTypeTest {

  /** The definition of float16: a sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
  @Test
  void everyHalfIsWidenedExactlyAndNarrowedBack() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float wide = widen(TensorType.F16, bits);
      int exponent = bits >> 10 & 31;
      int fraction = bits & 1023;
      double magnitude =
          exponent == 31
              ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
              : exponent == 0
                  ? fraction * 0x1p-24
                  : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
      assertThat(Double.compare(Math.abs(wide), magnitude)).isZero();
      if (!Double.isNaN(magnitude)) {
        assertThat(Math.copySign(1, wide) < 0).isEqualTo(bits >= 1 << 15);
        assertThat(narrow(TensorType.F16, wide)).isEqualTo(bits);
      }
    }
  }

  /** bfloat16 is the upper half of float32. */
  @Test
  void everyBrainFloatIsWidenedExactlyAndNarrowedBack() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float wide = widen(TensorType.BF16, bits);
      assertThat(Float.floatToRawIntBits(wide)).isEqualTo(bits << 16);
      if (!Float.isNaN(wide)) {
        assertThat(narrow(TensorType.BF16, wide)).isEqualTo(bits);
      }
    }
  }

  @Test
  void narrowingTakesTheNearestAndEvenOfTwo() {
    Random random = new Random(7);
    for (int trial = 0; trial < 200_000; trial++) {
      TensorType type = trial % 2 == 0 ? TensorType.F16 : TensorType.BF16;
      int below = random.nextInt(type == TensorType.F16 ? 0x7bff : 0x7f7f);
      float low = widen(type, below);
      float high = widen(type, below + 1);
      double middle = ((double) low + high) / 2;
      float value =
          trial % 3 == 0 ? (float) middle : (float) (low + random.nextDouble() * (high - low));
      boolean up = value == middle ? below % 2 == 1 : value > middle;
      assertThat(narrow(type, value))
          .as("%s of %s, trial %d", type, value, trial)
          .isEqualTo(up ? below + 1 : below);
    }
  }

  @Test
  void whatIsTooLargeIsReported() {
    assertThat(fits(TensorType.F16, 65519f)).isTrue();
    assertThat(fits(TensorType.F16, 65520f)).isFalse();
    assertThat(fits(TensorType.F16, Float.NEGATIVE_INFINITY)).isTrue();
    assertThat(fits(TensorType.F16, Float.NaN)).isTrue();
    assertThat(fits(TensorType.BF16, 3.38e38f)).isTrue();
    assertThat(fits(TensorType.BF16, -Float.MAX_VALUE)).isFalse();
  }

  private static float widen(TensorType type, int bits) {
    ByteBuffer stored = buffer(2).putShort((short) bits).flip();
    ByteBuffer float32 = buffer(4);
    type.widen(stored, float32);
    return float32.getFloat(0);
  }

  private static int narrow(TensorType type, float value) {
    ByteBuffer stored = buffer(2);
    type.narrow(buffer(4).putFloat(value).flip(), stored);
    return stored.getShort(0) & 0xffff;
  }

  private static boolean fits(TensorType type, float value) {
    return type.narrow(buffer(4).putFloat(value).flip(), buffer(2));
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
