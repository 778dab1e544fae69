package dev.plumbline.data.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.data.rows.Reason;
import dev.plumbline.lm.PlumblineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonRowsTest {
  @TempDir Path folder;

  @Test
  void aLineIsARowAndBlankLinesCountAsLines() throws IOException {
    List<JsonRow> rows = read("{\"a\":1}\n\n  \r\n{\"a\":2}\r\n{\"a\":3}");
    assertThat(rows).extracting(JsonRow::line).containsExactly(1L, 4L, 5L);
    assertThat(rows).extracting(row -> object(row).get("a").asInt()).containsExactly(1, 2, 3);
  }

  @Test
  void anArrayIsToldFromItsFirstCharacterAndNumberedByElement() throws IOException {
    List<JsonRow> rows = read("\n [\n{\"a\": 1}, 5,\n{\"a\": \"\\ud83d\\ude00\"}]\n");
    assertThat(rows).extracting(JsonRow::line).containsExactly(1L, 2L, 3L);
    assertThat(fault(rows.get(1))).isEqualTo(Reason.NOT_AN_OBJECT);
    assertThat(object(rows.get(2)).get("a").asText()).isEqualTo("\ud83d\ude00");
  }

  @Test
  void gzipIsToldFromItsContentWhateverTheName() throws IOException {
    byte[] text = "{\"a\":1}\n{\"a\":2}\n".getBytes(StandardCharsets.UTF_8);
    byte[] twoMembers = concat(gzip(text), gzip(text));
    assertThat(read(twoMembers)).hasSize(4).allMatch(JsonRow.Good.class::isInstance);
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstRow() throws IOException {
    assertThat(read("\ufeff{\"a\":1}")).singleElement().isInstanceOf(JsonRow.Good.class);
    assertThat(read("\ufeff[{\"a\":1}]")).singleElement().isInstanceOf(JsonRow.Good.class);
  }

  @Test
  void badLinesAreRowsWithTheirFault() throws IOException {
    List<JsonRow> rows =
        read(
            """
            {"a":1
            "text"
            {"a":1} {"a":2}
            {"a":1,"a":2}
            {'a':1}
            {"a":NaN}
            null
            {"a":1}
            """);
    assertThat(rows.subList(0, 7))
        .extracting(JsonRowsTest::fault)
        .containsExactly(
            Reason.BAD_JSON,
            Reason.NOT_AN_OBJECT,
            Reason.BAD_JSON,
            Reason.BAD_JSON,
            Reason.BAD_JSON,
            Reason.BAD_JSON,
            Reason.NOT_AN_OBJECT);
    assertThat(rows.get(7)).isInstanceOf(JsonRow.Good.class);
    assertThat(((JsonRow.Bad) rows.get(3)).message())
        .contains("line 4", "Duplicate field 'a'", "expected one JSON object")
        .doesNotContain("\n");
    assertThat(((JsonRow.Bad) rows.get(0)).message())
        .contains("close marker for Object at column")
        .doesNotContain("Source");
  }

  @Test
  void invalidUtf8IsTheFaultOfItsLineOnly() throws IOException {
    byte[] bytes = "{\"a\":\"x\"}\n{\"a\":\"y\"}\n{\"a\":\"z\"}\n".getBytes(StandardCharsets.UTF_8);
    bytes[16] = (byte) 0xff;
    List<JsonRow> rows = read(bytes);
    assertThat(rows).hasSize(3);
    assertThat(fault(rows.get(1))).isEqualTo(Reason.INVALID_UTF8);
    assertThat(((JsonRow.Bad) rows.get(1)).message()).contains("after 6 good ones");
  }

  @Test
  void surrogatesEncodedAsUtf8AreInvalid() throws IOException {
    byte[] bytes = "{\"a\":\"xxx\"}".getBytes(StandardCharsets.UTF_8);
    bytes[6] = (byte) 0xed;
    bytes[7] = (byte) 0xa0;
    bytes[8] = (byte) 0x80;
    assertThat(fault(read(bytes).get(0))).isEqualTo(Reason.INVALID_UTF8);
  }

  @Test
  void nulAndLoneSurrogateEscapesAreReadAsTheyAre() throws IOException {
    for (String file : List.of("{\"a\":\"\\u0000\\ud800x\"}", "[{\"a\":\"\\u0000\\ud800x\"}]")) {
      assertThat(object(read(file).get(0)).get("a").asText()).isEqualTo("\0\ud800x");
    }
  }

  @Test
  void aLineOfTenMegabytesIsARow() throws IOException {
    String text = "x".repeat(10_000_000);
    List<JsonRow> rows = read("{\"a\":\"" + text + "\"}\n{\"a\":1}\n");
    assertThat(object(rows.get(0)).get("a").asText()).hasSize(10_000_000);
    assertThat(rows).hasSize(2);
    assertThat(object(read("[{\"a\":\"" + text + "\"}]").get(0)).get("a").asText())
        .hasSize(10_000_000);
  }

  @Test
  void aLineOverTheLimitIsAFaultAndTheNextLineIsRead() throws IOException {
    Path file = folder.resolve("long.jsonl");
    byte[] block = new byte[1 << 20];
    Arrays.fill(block, (byte) 'x');
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < 100; i++) {
        out.write(block);
      }
      out.write("\n{\"a\":1}\n".getBytes(StandardCharsets.UTF_8));
    }
    List<JsonRow> rows = JsonRows.readAll(List.of(file));
    assertThat(fault(rows.get(0))).isEqualTo(Reason.TOO_LONG);
    assertThat(rows.get(1)).isInstanceOf(JsonRow.Good.class);
    assertThat(rows.get(1).line()).isEqualTo(2);
  }

  @Test
  void theLastLineNeedsNoEndAndAnEmptyFileHasNoRow() throws IOException {
    assertThat(read("{\"a\":1}")).hasSize(1);
    assertThat(read("")).isEmpty();
    assertThat(read("\n\n")).isEmpty();
    assertThat(read("[]")).isEmpty();
    assertThat(read(gzip(new byte[0]))).isEmpty();
  }

  @Test
  void corruptGzipNamesTheFileAndTheLastLineRead() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append("{\"a\":").append(i * 7919L % 10007).append("}\n");
    }
    byte[] whole = gzip(text.toString().getBytes(StandardCharsets.UTF_8));
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    assertThatThrownBy(() -> read(half))
        .isInstanceOf(PlumblineException.class)
        .hasMessageMatching("(?s).*rows cannot be read after line [1-9].*corrupt gzip.*again");
    byte[] flipped = whole.clone();
    flipped[whole.length - 6] ^= 1;
    assertThatThrownBy(() -> read(flipped))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("corrupt gzip");
  }

  @Test
  void aBrokenArrayIsAnErrorSinceItsRestCannotBeRead() throws IOException {
    assertThatThrownBy(() -> read("[{\"a\":1}, {\"a\":]"))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("element 2 of the array");
    assertThatThrownBy(() -> read("[{\"a\":1}"))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("element 2 of the array");
    assertThatThrownBy(() -> read("[{\"a\":1}]\n[{\"a\":2}]"))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("more text after the array's end");
    byte[] bytes = "[{\"a\":\"x\"}]".getBytes(StandardCharsets.UTF_8);
    bytes[7] = (byte) 0xff;
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void whatIsNoFileIsNamed() throws IOException {
    assertThatThrownBy(() -> JsonRows.open(folder.resolve("absent.jsonl")))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("absent.jsonl: no such file");
    assertThatThrownBy(() -> JsonRows.open(folder))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("folder");
    assertThatThrownBy(() -> read("{\"a\":1}".getBytes(StandardCharsets.UTF_16)))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("UTF-16");
  }

  private List<JsonRow> read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<JsonRow> read(byte[] bytes) throws IOException {
    Path file = folder.resolve("rows");
    Files.write(file, bytes);
    return JsonRows.readAll(List.of(file));
  }

  private static JsonNode object(JsonRow row) {
    assertThat(row).isInstanceOf(JsonRow.Good.class);
    return ((JsonRow.Good) row).object();
  }

  private static Reason fault(JsonRow row) {
    assertThat(row).isInstanceOf(JsonRow.Bad.class);
    return ((JsonRow.Bad) row).fault().reason();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
