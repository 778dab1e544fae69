package dev.plumbline.data.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class PrepareErrorsTest extends PrepareFixture {

  @Test
  void rowsOfSeveralKindsAreRefusedByNameUnlessOneIsForced() throws IOException {
    Path input =
        write("in.jsonl", pair("a", "b", "c"), "{\"text\":\"t\"}", "{\"text\":\"u\",\"x\":1}");
    assertThatThrownBy(() -> prepare(options(input, "words")))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining(
            "pairs (prompt, chosen, rejected) first in "
                + input
                + " line 1; text (text) first in "
                + input
                + " line 2");
    assertNothingWritten();
    PrepareOptions forced =
        new PrepareOptions(
            List.of(input.toString()),
            out(),
            tokenizer("words").toString(),
            Optional.of(RowKind.TEXT),
            WHOLE,
            0,
            0,
            false);
    Manifest manifest = prepare(forced);
    assertThat(manifest.rows()).isEqualTo(new Manifest.Rows(3, 2, 2, 2, 0, 1));
    assertThat(manifest.quarantine()).isEqualTo(Map.of("missing_column", 1L));
    assertThat(manifest.ignoredColumns())
        .isEqualTo(Map.of("prompt", 1L, "chosen", 1L, "rejected", 1L, "x", 1L));
  }

  @Test
  void withoutUsableRowsNothingIsWritten() throws IOException {
    expect(options(write("empty.jsonl"), "words"), "no row in ");
    expect(options(write("blank.jsonl", "", " "), "words"), "no row in ");
    expect(
        options(write("ties.jsonl", pair("a", "b", "b")), "words"),
        "none of the 1 rows of ",
        "{tie=1}",
        "\"line\":1");
    expect(
        options(write("chat.jsonl", "{\"messages\":[]}"), "words"),
        "of a known kind: found columns messages (1 rows), expected one of pairs");
    expect(
        split(options(write("one.jsonl", pair("a", "b", "c")), "bytes"), 0.0001, 0),
        "leaves none for validation");
    expect(
        split(options(write("one.jsonl", pair("a", "b", "c")), "bytes"), 0.9999, 0),
        "leaves no row for training");
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    Path good = write("in.jsonl", pair("a", "b", "c"));
    expect(options(folder.resolve("absent.jsonl"), "words"), "absent.jsonl: no such file");
    expect(options(List.of("nowhere://x/y"), "words"), "nowhere://x/y", "No FileSystem for scheme");
    expect(
        options(Files.createDirectory(folder.resolve("void")), "words"), "a folder without files");
    assertThatThrownBy(() -> prepare(options(List.of(good.toString(), good.toString()), "words")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("among the inputs twice");
    expect(
        PrepareOptions.of(List.of(good.toString()), out(), folder.toString()),
        "holds no tokenizer.json");
    Path broken = folder.resolve("broken.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(broken))) {
      out.write((pair("a", "b", "c") + "\n").repeat(1000).getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = Files.readAllBytes(broken);
    Files.write(broken, Arrays.copyOf(bytes, bytes.length - 9));
    expect(
        options(List.of(good.toString(), broken.toString()), "words"),
        "broken.jsonl.gz",
        "corrupt gzip");
  }

  @Test
  void anOutputIsReplacedOnlyIfAskedAndOnlyIfItIsOne() throws IOException {
    Path input = write("in.jsonl", pair("a", "b", "c"));
    Path partial = Files.createDirectories(folder.resolve(".out.partial/train"));
    Files.writeString(partial.resolve("part-00000.parquet"), "left by a crash");
    prepare(options(input, "bytes"));
    assertThat(folder.resolve(".out.partial")).doesNotExist();
    List<String> before = hashes(folder.resolve("out"));

    assertThatThrownBy(() -> prepare(options(input, "bytes")))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("exists already");
    assertThatThrownBy(() -> prepare(overwrite(options(folder.resolve("absent"), "bytes"))))
        .isInstanceOf(PlumblineException.class);
    assertThat(hashes(folder.resolve("out"))).as("a failed run leaves it").isEqualTo(before);

    Files.delete(folder.resolve("out/manifest.json"));
    assertThatThrownBy(() -> prepare(overwrite(options(input, "bytes"))))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("is no prepared folder");
    assertThat(folder.resolve("out/train")).exists();
  }

  @Test
  void optionsOutOfRangeAreUsageErrors() {
    assertThatThrownBy(() -> PrepareOptions.of(List.of(), "out", "tokenizer"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no input");
    for (double share : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> split(PrepareOptions.of(List.of("a"), "out", "tokenizer"), share, 0))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("validation_share is " + share);
    }
  }

  private void expect(PrepareOptions options, String... parts) throws IOException {
    assertThatThrownBy(() -> prepare(options))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
    assertNothingWritten();
  }

  private void assertNothingWritten() {
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(folder.resolve(".out.partial")).doesNotExist();
  }
}
