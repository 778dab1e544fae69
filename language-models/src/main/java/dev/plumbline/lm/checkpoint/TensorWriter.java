package dev.plumbline.lm.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes safetensors files, byte for byte as the safetensors library does: tensors of one type
 * ordered by name, the header padded with blanks to a multiple of eight bytes.
 */
public final class TensorWriter {
  private static final int ALIGNMENT = 8;

  private TensorWriter() {}

  /**
   * A tensor to be written.
   *
   * @param name what it is called in the file
   * @param shape its sizes, outermost first
   * @param values as many as the shape has
   */
  public record Tensor(String name, List<Long> shape, TensorValues values) {
    public Tensor {
      shape = List.copyOf(shape);
    }

    long elements() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }

  /**
   * Writes a file that does not exist.
   *
   * @param metadata texts beside the tensors
   * @throws PlumblineException if a number is too large for the type
   */
  public static void write(
      Path file, TensorType type, List<Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<Tensor> ordered = tensors.stream().sorted(Comparator.comparing(Tensor::name)).toList();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      put(channel, header(ordered, type, metadata));
      ByteBuffer stored = buffer(type, ordered);
      for (Tensor tensor : ordered) {
        tensor
            .values()
            .forEachPiece((at, piece) -> put(channel, stored(tensor.name(), piece, type, stored)));
      }
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
  }

  private static ByteBuffer header(
      List<Tensor> tensors, TensorType type, Map<String, String> metadata) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode texts = json.putObject(TensorHeader.METADATA);
    metadata.forEach(texts::put);
    long begin = 0;
    for (Tensor tensor : tensors) {
      long end = begin + tensor.elements() * type.bytes();
      ObjectNode entry = json.putObject(tensor.name());
      entry.put("dtype", type.name());
      tensor.shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    int length = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer header =
        ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    header.put(text);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }

  /** Where pieces are narrowed; float32 needs none. */
  private static ByteBuffer buffer(TensorType type, List<Tensor> tensors) {
    long most =
        type == TensorType.F32 ? 0 : tensors.stream().mapToLong(Tensor::elements).max().orElse(0);
    return ByteBuffer.allocateDirect((int) Math.min(most, TensorValues.PIECE) * type.bytes())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer stored(
      String name, ByteBuffer float32, TensorType type, ByteBuffer buffer) {
    if (type == TensorType.F32) {
      return float32;
    }
    buffer.clear().limit(float32.remaining() / Float.BYTES * type.bytes());
    if (!type.narrow(float32, buffer)) {
      throw new PlumblineException(
          "%s holds a number too large for %s; save as float32".formatted(name, type.torchName()));
    }
    return buffer;
  }

  private static void put(FileChannel channel, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
