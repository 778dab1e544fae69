package dev.plumbline.lm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorFileTest {
  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    long seed = 11;
    Random random = new Random(seed);
    Path file = folder.resolve("t.safetensors");
    float[] large = floats(random, TensorValues.PIECE + 5);
    float[] small = floats(random, 6);
    TensorWriter.write(
        file,
        TensorType.F32,
        List.of(
            new TensorWriter.Tensor("large", List.of((long) large.length), values(large)),
            new TensorWriter.Tensor("a.small", List.of(2L, 3L), values(small)),
            new TensorWriter.Tensor("scalar", List.of(), values(new float[] {42}))),
        Map.of("format", "pt"));
    try (TensorFile opened = TensorFile.open(file)) {
      assertThat(opened.metadata()).isEqualTo(Map.of("format", "pt"));
      assertThat(opened.names()).containsExactly("a.small", "large", "scalar");
      assertThat(opened.shape("a.small")).containsExactly(2L, 3L);
      assertThat(opened.shape("scalar")).isEmpty();
      assertThat(read(opened.values("large"))).as("seed %d", seed).isEqualTo(large);
      assertThat(read(opened.values("a.small"))).containsExactly(small);
      assertThat(read(opened.values("scalar"))).containsExactly(42);
    }
  }

  /** The reader of old files must not count on the writer's padding. */
  @Test
  void tensorsNeedNotBeAligned() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    data.putShort((short) 0x3f80).putFloat(1.5f).putFloat(-2);
    Path file =
        write(
            "{\"h\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,2]},"
                + "\"f\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[2,10]}}",
            data.array());
    try (TensorFile opened = TensorFile.open(file)) {
      assertThat(read(opened.values("h"))).containsExactly(1);
      assertThat(read(opened.values("f"))).containsExactly(1.5f, -2);
    }
  }

  /** The file is sparse: it takes no room on the disk. */
  @Test
  void filesAndTensorsOver2GiBAreRead() throws IOException {
    long elements = (1L << 29) + 3;
    long bytes = elements * Float.BYTES;
    String header =
        ("{\"big\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                + "\"last\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}")
            .formatted(elements, bytes, bytes, bytes + Float.BYTES);
    Path path = write(header, new byte[0]);
    long start = Files.size(path);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(start + bytes - 1);
      file.write(0x40); // the last byte of big's last value, which makes it 2
      file.seek(start + bytes);
      file.write(new byte[] {0, 0, 0x40, 0x40}); // 3, little-endian
    }
    try (TensorFile opened = TensorFile.open(path)) {
      long[] count = new long[1];
      float[] lastOfBig = new float[1];
      opened
          .values("big")
          .forEachPiece(
              (at, piece) -> {
                assertThat(at).isEqualTo(count[0]);
                count[0] += piece.remaining() / Float.BYTES;
                lastOfBig[0] = piece.getFloat(piece.limit() - Float.BYTES);
              });
      assertThat(count[0]).isEqualTo(elements);
      assertThat(lastOfBig[0]).isEqualTo(2);
      assertThat(read(opened.values("last"))).containsExactly(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":                                                                 | its header is no JSON object
          []                                                                    | its header is no JSON object
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{}}         | Duplicate field 'a'
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}} | tensor b overlaps another
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}} | tensor b follows a gap
          {"a":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}               | its tensors end at byte 83, the file has 75 bytes
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}                | its tensors end at byte 70, the file has 74 bytes
          {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,12]}}               | tensor a has shape [4] in F32, which is not what lies between its data_offsets [0, 12]
          {"a":{"dtype":"F32","shape":[-3],"data_offsets":[0,12]}}              | tensor a has no shape or data_offsets
          {"a":{"dtype":"F32","data_offsets":[0,12]}}                           | tensor a has no shape or data_offsets
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[12]}}                 | tensor a has no shape or data_offsets
          {"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}} | tensor a has shape
          {"a":{"dtype":"F32","shape":[],"data_offsets":[9223372036854775800,9223372036854775804]}} | tensor a has shape
          {"__metadata__":{"x":1},"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}} | its metadata x is no text
          {"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}                | tensor a has dtype I64; expected one of [F32, F16, BF16]
          {"a":{"dtype":"F8_E4M3","shape":[12],"data_offsets":[0,12]}}          | tensor a has dtype F8_E4M3; expected one of
          """)
  void brokenHeadersAreNamed(String header, String message) throws IOException {
    Path file = write(header, new byte[12]);
    assertThatThrownBy(() -> TensorFile.open(file))
        .isInstanceOf(PlumblineException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void truncatedFilesAreNamed() throws IOException {
    Path whole =
        write("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", new byte[12]);
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 0; length < bytes.length; length++) {
      Path file = folder.resolve("cut.safetensors");
      Files.write(file, java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> TensorFile.open(file))
          .as("%d bytes", length)
          .isInstanceOf(PlumblineException.class)
          .hasMessageContaining("cut.safetensors is truncated or no safetensors file: ")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void afileThatIsNotThereIsNamed() {
    Path missing = folder.resolve("none.safetensors");
    assertThatThrownBy(() -> TensorFile.open(missing))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining(missing + " cannot be read");
  }

  @Test
  void aNumberThatAHalfCannotHoldIsNamed() {
    assertThatThrownBy(
            () ->
                TensorWriter.write(
                    folder.resolve("t.safetensors"),
                    TensorType.F16,
                    List.of(new TensorWriter.Tensor("w", List.of(1L), values(new float[] {1e6f}))),
                    Map.of()))
        .isInstanceOf(PlumblineException.class)
        .hasMessage("w holds a number too large for float16; save as float32");
  }

  private Path write(String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text).put(data);
    return Files.write(folder.resolve("t.safetensors"), bytes.array());
  }

  private static float[] floats(Random random, int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) random.nextGaussian();
    }
    return floats;
  }

  private static TensorValues values(float[] floats) {
    return consumer -> {
      ByteBuffer bytes =
          ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(floats);
      consumer.accept(0, bytes);
    };
  }

  static float[] read(TensorValues values) {
    List<Float> read = new ArrayList<>();
    values.forEachPiece(
        (at, piece) -> {
          assertThat(at).isEqualTo(read.size());
          while (piece.hasRemaining()) {
            read.add(piece.getFloat());
          }
        });
    float[] floats = new float[read.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = read.get(i);
    }
    return floats;
  }
}
