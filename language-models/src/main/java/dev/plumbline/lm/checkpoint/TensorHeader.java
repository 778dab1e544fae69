package dev.plumbline.lm.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.PlumblineException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a safetensors file says of itself: eight bytes (little-endian) with the header's length, the
 * header in JSON, then the tensors without gap or overlap.
 *
 * @param tensors by name, in the order of their bytes
 * @param metadata texts by name
 */
record TensorHeader(Map<String, Entry> tensors, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  private static final int LENGTH_BYTES = 8;

  /** The limit of the safetensors library. */
  private static final long MOST_BYTES = 100_000_000;

  /**
   * A tensor in the file.
   *
   * @param type how its numbers are stored
   * @param shape its sizes, outermost first
   * @param begin where in the file its first byte is
   */
  record Entry(TensorType type, List<Long> shape, long begin) {
    long elements() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }

    long bytes() {
      return Math.multiplyExact(elements(), type.bytes());
    }

    long end() {
      return begin + bytes();
    }
  }

  /** Reads and checks a file's header against the file's size. */
  static TensorHeader read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    long length =
        size < LENGTH_BYTES
            ? -1
            : ByteBuffer.wrap(bytes(channel, 0, LENGTH_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    if (length < 0 || length > size - LENGTH_BYTES || length > MOST_BYTES) {
      throw broken(
          file,
          length < 0
              ? "its %d bytes start with no header".formatted(size)
              : "its header is said to have %d bytes, the file has %d".formatted(length, size));
    }
    ObjectNode json = json(file, bytes(channel, LENGTH_BYTES, (int) length));
    Map<String, String> metadata = metadata(file, json.remove(METADATA));
    long start = LENGTH_BYTES + length;
    List<Map.Entry<String, Entry>> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      entries.add(Map.entry(field.getKey(), entry(file, field, start)));
    }
    entries.sort(
        Comparator.<Map.Entry<String, Entry>>comparingLong(e -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    Map<String, Entry> tensors = new LinkedHashMap<>();
    long end = start;
    for (Map.Entry<String, Entry> entry : entries) {
      long begin = entry.getValue().begin();
      if (begin != end) {
        throw broken(
            file,
            "tensor %s %s"
                .formatted(entry.getKey(), begin < end ? "overlaps another" : "follows a gap"));
      }
      end = entry.getValue().end();
      tensors.put(entry.getKey(), entry.getValue());
    }
    if (end != size) {
      throw broken(file, "its tensors end at byte %d, the file has %d bytes".formatted(end, size));
    }
    return new TensorHeader(tensors, metadata);
  }

  private static ObjectNode json(Path file, byte[] header) throws IOException {
    try {
      return JsonObject.parse(header);
    } catch (JacksonException notJson) {
      throw broken(file, "its header is no JSON object: " + JsonObject.reason(notJson));
    }
  }

  private static Map<String, String> metadata(Path file, JsonNode node) {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (node != null) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        if (!field.getValue().isTextual()) {
          throw broken(file, "its metadata %s is no text".formatted(field.getKey()));
        }
        metadata.put(field.getKey(), field.getValue().textValue());
      }
    }
    return metadata;
  }

  private static Entry entry(Path file, Map.Entry<String, JsonNode> field, long start) {
    String name = field.getKey();
    JsonNode node = field.getValue();
    TensorType type = type(file, name, node.path("dtype").asText("none"));
    List<Long> shape = wholeNumbers(node.path("shape"));
    List<Long> offsets = wholeNumbers(node.path("data_offsets"));
    if (shape == null || offsets == null || offsets.size() != 2) {
      throw broken(
          file, "tensor %s has no shape or data_offsets in the header: %s".formatted(name, node));
    }
    try {
      Entry entry = new Entry(type, shape, Math.addExact(start, offsets.get(0)));
      if (offsets.get(1) - offsets.get(0) == entry.bytes()) {
        return entry;
      }
    } catch (ArithmeticException tooLarge) {
      // Not a tensor that a file can hold: the same error as below.
    }
    throw broken(
        file,
        "tensor %s has shape %s in %s, which is not what lies between its data_offsets %s"
            .formatted(name, shape, type, offsets));
  }

  private static TensorType type(Path file, String name, String dtype) {
    return Arrays.stream(TensorType.values())
        .filter(type -> type.name().equals(dtype))
        .findFirst()
        .orElseThrow(
            () ->
                new PlumblineException(
                    "%s: tensor %s has dtype %s; expected one of %s: convert the weights"
                        .formatted(file, name, dtype, Arrays.toString(TensorType.values()))));
  }

  /** Null if they are not whole numbers of at least 0. */
  private static List<Long> wholeNumbers(JsonNode array) {
    List<Long> numbers = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isIntegralNumber() || !element.canConvertToLong() || element.longValue() < 0) {
        return null;
      }
      numbers.add(element.longValue());
    }
    return array.isArray() ? numbers : null;
  }

  private static byte[] bytes(FileChannel channel, long from, int count) throws IOException {
    byte[] bytes = new byte[count];
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      if (channel.read(left, from + left.position()) < 0) {
        throw new EOFException("the file ends at byte " + (from + left.position()));
      }
    }
    return bytes;
  }

  private static PlumblineException broken(Path file, String how) {
    return new PlumblineException(
        "%s is truncated or no safetensors file: %s; copy or download it again"
            .formatted(file, how));
  }
}
