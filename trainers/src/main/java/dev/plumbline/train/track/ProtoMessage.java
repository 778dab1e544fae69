package dev.plumbline.train.track;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A message in protocol buffers' wire format, as it grows field by field. */
final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ProtoMessage add(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  ProtoMessage add(int field, double value) {
    key(field, FIXED64);
    return raw(littleEndian(Double.BYTES).putDouble(value).array());
  }

  ProtoMessage add(int field, float value) {
    key(field, FIXED32);
    return raw(littleEndian(Float.BYTES).putFloat(value).array());
  }

  ProtoMessage add(int field, String text) {
    return add(field, text.getBytes(StandardCharsets.UTF_8));
  }

  ProtoMessage add(int field, ProtoMessage message) {
    return add(field, message.bytes());
  }

  private ProtoMessage add(int field, byte[] bytes) {
    key(field, BYTES);
    varint(bytes.length);
    return raw(bytes);
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private void key(int field, int wireType) {
    varint((long) field << 3 | wireType);
  }

  private void varint(long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      out.write((int) (left & 0x7F | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private ProtoMessage raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
