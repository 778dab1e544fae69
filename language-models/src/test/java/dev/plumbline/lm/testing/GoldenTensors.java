package dev.plumbline.lm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers that another library recorded in a safetensors file: float32, float64 and int64. Shares
 * no code with what is tested.
 */
public final class GoldenTensors {
  private final ByteBuffer data;
  private final JsonNode header;

  private GoldenTensors(ByteBuffer data, JsonNode header) {
    this.data = data;
    this.header = header;
  }

  /** Reads a file. */
  public static GoldenTensors read(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] text = new byte[(int) bytes.getLong()];
      bytes.get(text);
      return new GoldenTensors(
          bytes.slice().order(ByteOrder.LITTLE_ENDIAN),
          new ObjectMapper().readTree(new String(text, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the tensors are called. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    header.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    return names;
  }

  /** The sizes of a tensor. */
  public int[] shape(String name) {
    JsonNode shape = header.get(name).get("shape");
    int[] sizes = new int[shape.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = shape.get(i).intValue();
    }
    return sizes;
  }

  /** All numbers of a tensor, row by row. */
  public double[] doubles(String name) {
    boolean wide = type(name).equals("F64");
    if (!wide && !type(name).equals("F32")) {
      throw new IllegalArgumentException(name + " is " + type(name));
    }
    ByteBuffer bytes = bytes(name);
    double[] values = new double[bytes.remaining() / (wide ? Double.BYTES : Float.BYTES)];
    for (int i = 0; i < values.length; i++) {
      values[i] = wide ? bytes.getDouble() : bytes.getFloat();
    }
    return values;
  }

  /** All whole numbers of a tensor, row by row. */
  public int[] ints(String name) {
    if (!type(name).equals("I64")) {
      throw new IllegalArgumentException(name + " is " + type(name));
    }
    ByteBuffer bytes = bytes(name);
    int[] values = new int[bytes.remaining() / Long.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.toIntExact(bytes.getLong());
    }
    return values;
  }

  private String type(String name) {
    return header.get(name).get("dtype").textValue();
  }

  private ByteBuffer bytes(String name) {
    JsonNode offsets = header.get(name).get("data_offsets");
    int begin = offsets.get(0).intValue();
    return data.slice(begin, offsets.get(1).intValue() - begin).order(ByteOrder.LITTLE_ENDIAN);
  }
}
