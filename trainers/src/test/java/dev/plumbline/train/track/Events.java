package dev.plumbline.train.track;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads TensorBoard's event files, for tests: written from the formats alone, it shares nothing
 * with the writer. A record whose checksums are wrong is an error.
 */
public final class Events {
  private Events() {}

  /** An event; what it does not hold is empty. */
  public record Event(
      double wallTime,
      long step,
      Optional<String> fileVersion,
      Map<String, Float> scalars,
      Map<String, String> texts,
      boolean start) {}

  /** The events of a file. */
  public static List<Event> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] header = bytes(in, 8);
      check(header, in.getInt());
      long length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong();
      byte[] data = bytes(in, Math.toIntExact(length));
      check(data, in.getInt());
      events.add(event(data));
    }
    return events;
  }

  /**
   * The scalars of a folder as TensorBoard shows them: by tag and step. A session's start makes it
   * forget that step and all later ones.
   */
  public static Map<String, TreeMap<Long, Float>> scalars(Path folder) throws IOException {
    Map<String, TreeMap<Long, Float>> all = new LinkedHashMap<>();
    for (Path file : files(folder)) {
      for (Event event : read(file)) {
        if (event.start()) {
          all.values().forEach(steps -> steps.tailMap(event.step(), true).clear());
        }
        event
            .scalars()
            .forEach(
                (tag, value) -> {
                  if (all.computeIfAbsent(tag, any -> new TreeMap<>()).put(event.step(), value)
                      != null) {
                    throw new IOError(tag + " comes twice at step " + event.step());
                  }
                });
      }
    }
    return all;
  }

  /** Event files in the order in which TensorBoard reads them. */
  public static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().contains("tfevents"))
          .sorted()
          .toList();
    }
  }

  private static final class IOError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IOError(String message) {
      super(message);
    }
  }

  private static byte[] bytes(ByteBuffer in, int count) {
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private static void check(byte[] data, int masked) {
    long unmasked = (masked & 0xFFFFFFFFL) - 0xa282ead8L & 0xFFFFFFFFL;
    long crc = (unmasked << 15 | unmasked >>> 17) & 0xFFFFFFFFL;
    if (crc != crc32c(data)) {
      throw new IOError("the checksum is wrong");
    }
  }

  /** Bit by bit, from the polynomial of Castagnoli. */
  private static long crc32c(byte[] data) {
    int crc = -1;
    for (byte one : data) {
      crc ^= one & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
      }
    }
    return ~crc & 0xFFFFFFFFL;
  }

  private record Field(int number, long bits, byte[] bytes) {
    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static List<Field> fields(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      long key = varint(in);
      int number = (int) (key >>> 3);
      fields.add(
          switch ((int) (key & 7)) {
            case 0 -> new Field(number, varint(in), null);
            case 1 -> new Field(number, in.getLong(), null);
            case 2 -> new Field(number, 0, bytes(in, (int) varint(in)));
            case 5 -> new Field(number, in.getInt(), null);
            default -> throw new IOError("no such wire type: " + key);
          });
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static Event event(byte[] data) {
    double wallTime = 0;
    long step = 0;
    Optional<String> version = Optional.empty();
    Map<String, Float> scalars = new LinkedHashMap<>();
    Map<String, String> texts = new LinkedHashMap<>();
    boolean start = false;
    for (Field field : fields(data)) {
      switch (field.number()) {
        case 1 -> wallTime = Double.longBitsToDouble(field.bits());
        case 2 -> step = field.bits();
        case 3 -> version = Optional.of(field.text());
        case 5 -> fields(field.bytes()).forEach(value -> value(value.bytes(), scalars, texts));
        case 7 -> start = fields(field.bytes()).get(0).bits() == 1;
        default -> throw new IOError("unexpected field " + field.number());
      }
    }
    return new Event(wallTime, step, version, scalars, texts, start);
  }

  private static void value(byte[] value, Map<String, Float> scalars, Map<String, String> texts) {
    String tag = "";
    for (Field field : fields(value)) {
      switch (field.number()) {
        case 1 -> tag = field.text();
        case 2 -> scalars.put(tag, Float.intBitsToFloat((int) field.bits()));
        case 8 -> {
          for (Field part : fields(field.bytes())) {
            if (part.number() == 8) {
              texts.put(tag, part.text());
            }
          }
        }
        default -> {}
      }
    }
  }
}
