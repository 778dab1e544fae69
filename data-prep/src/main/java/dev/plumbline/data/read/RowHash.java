package dev.plumbline.data.read;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Feeds a row's values to a digest, so that no two rows feed the same bytes. */
final class RowHash {
  private RowHash() {}

  static void update(MessageDigest digest, Object[] values) {
    for (Object value : values) {
      if (value instanceof String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
      } else if (value instanceof int[] ids) {
        ByteBuffer bytes = ByteBuffer.allocate((1 + ids.length) * Integer.BYTES);
        bytes.putInt(ids.length).asIntBuffer().put(ids);
        digest.update(bytes.rewind());
      } else if (value instanceof Boolean flag) {
        digest.update((byte) (flag ? 1 : 0));
      } else {
        double number = value == null ? Double.NaN : (Double) value;
        digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(0, number));
      }
    }
  }
}
