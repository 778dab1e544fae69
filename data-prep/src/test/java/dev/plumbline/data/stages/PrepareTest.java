package dev.plumbline.data.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.read.PreparedFolder;
import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.data.rows.TextRow;
import dev.plumbline.data.testing.LocalSpark;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.testing.Shared;
import dev.plumbline.lm.text.Boundary;
import dev.plumbline.lm.text.TextTokenizer;
import dev.plumbline.lm.text.Truncation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Truncation WHOLE = new Truncation(0, Truncation.Mode.KEEP_START);

  @TempDir Path folder;

  @Test
  void pairsGoToParquetAndBadRowsToQuarantine() throws IOException {
    Path input =
        write(
            "in.jsonl",
            pair("The sky is", " blue.", " grey"),
            "{\"prompt\":\"a\",\"chosen\":\"b\"}",
            "",
            pair("The sky is", " blue", " blue"),
            "not json",
            pair("Hello", " there[eos]", " friend"));
    Manifest manifest = prepare(options(input, "words"));
    assertThat(manifest.rows()).isEqualTo(new Manifest.Rows(5, 2, 2, 2, 0, 3));
    assertThat(manifest.quarantine())
        .isEqualTo(Map.of("missing_column", 1L, "tie", 1L, "bad_json", 1L));
    assertThat(manifest.typedEos()).isEqualTo(1);
    assertThat(quarantine())
        .extracting(row -> row.get("line").asInt() + " " + row.get("reason").asText())
        .containsExactly("2 missing_column", "4 tie", "5 bad_json");
    assertThat(quarantine().get(0))
        .isEqualTo(
            JSON.readTree(
                """
                {"source":"%s","line":2,"reason":"missing_column","column":"rejected",
                 "found":"columns prompt, chosen","expected":"pairs (prompt, chosen, rejected)"}
                """
                    .formatted(input)));

    PreparedFolder prepared = open();
    assertThat(prepared.kind()).isEqualTo(RowKind.PAIRS);
    assertThat(prepared.manifest()).isEqualTo(manifest);
    assertThat(prepared.validationPairs()).isEmpty();
    List<PairRow> rows = prepared.pairs();
    assertThat(rows).hasSize(2);
    try (TextTokenizer words = TextTokenizer.load(tokenizer("words"))) {
      assertThat(words.decode(rows.get(0).prompt(), false)).isEqualTo("[bos] the sky is");
      assertThat(words.decode(rows.get(0).chosen(), false)).isEqualTo("blue . [eos]");
      assertThat(words.decode(rows.get(0).rejected(), false)).isEqualTo("grey [eos]");
      assertThat(words.decode(rows.get(1).chosen(), false)).isEqualTo("there [eos]");
    }
    assertThat(rows.get(0).id()).isEqualTo(new TextRow.Pair("The sky is", " blue.", " grey").id());
    assertThat(rows.get(0).refChosen()).isNaN();
    assertThat(rows.get(0).weight()).isEqualTo(1);
    assertThat(names(folder.resolve("out")))
        .containsExactly("manifest.json", "quarantine.jsonl", "train", "train/part-00000.parquet");
  }

  @Test
  void completionsAndTexts() throws IOException {
    prepare(
        options(
            write("in.jsonl", "{\"prompt\":\"The sky\",\"completion\":\" is blue\"}"), "words"));
    CompletionRow row = open().completions().get(0);
    assertThat(open().kind()).isEqualTo(RowKind.COMPLETIONS);
    try (TextTokenizer words = TextTokenizer.load(tokenizer("words"))) {
      assertThat(words.decode(row.prompt(), false)).isEqualTo("[bos] the sky");
      assertThat(words.decode(row.completion(), false)).isEqualTo("is blue [eos]");

      prepare(overwrite(options(write("in.jsonl", "{\"text\":\"The sky is blue\"}"), "words")));
      CompletionRow text = open().completions().get(0);
      assertThat(open().kind()).isEqualTo(RowKind.TEXT);
      assertThat(text.prompt()).containsExactly(1);
      assertThat(words.decode(text.completion(), false)).isEqualTo("the sky is blue [eos]");
    }
    assertThatThrownBy(() -> open().pairs())
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("holds rows of kind text (text), but pairs are needed");
  }

  @Test
  void filesOfEveryFormKeepTheOrderOfTheInputs() throws IOException {
    Path b = write("b.jsonl", pair("b", "1", "2"), pair("b", "3", "4"));
    Path sub = Files.createDirectories(folder.resolve("sub/deep"));
    Files.writeString(
        sub.resolve("2.json"), "[" + pair("x", "1", "2") + "," + pair("x", "3", "4") + "]");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(sub.resolve("1")))) {
      out.write(pair("z", "1", "2").getBytes(StandardCharsets.UTF_8));
    }
    Files.writeString(sub.resolve(".hidden"), "x");
    Files.writeString(sub.resolve("_SUCCESS"), "");
    Manifest manifest =
        prepare(options(List.of(b.toString(), folder.resolve("sub").toUri().toString()), "bytes"));
    List<String> expected = new ArrayList<>();
    for (String[] row :
        new String[][] {
          {"b", "1", "2"}, {"b", "3", "4"}, {"z", "1", "2"}, {"x", "1", "2"}, {"x", "3", "4"}
        }) {
      expected.add(new TextRow.Pair(row[0], row[1], row[2]).id());
    }
    assertThat(open().pairs()).extracting(PairRow::id).isEqualTo(expected);
    assertThat(manifest.inputs()).extracting(Manifest.Input::rows).containsExactly(2L, 1L, 2L);
    assertThat(manifest.inputs().get(0).sha256()).isEqualTo(dev.plumbline.lm.io.Hashes.of(b));
    assertThat(manifest.inputs().get(1).sha256())
        .as("of the compressed bytes")
        .isEqualTo(dev.plumbline.lm.io.Hashes.of(sub.resolve("1")));
    prepare(overwrite(options(List.of(folder + "/*.jsonl"), "bytes")));
    assertThat(open().pairs()).hasSize(2);
  }

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
  void oneRowWithEveryKindOfText() throws IOException {
    String prompt = "\u0000\ufeff \u4f60\u597d e\u0301 \ud83d\udc69\u200d\ud83d\udc67\u2028";
    prepare(options(write("in.jsonl", pair(prompt, "\ud83d\udc4d", "\r\n")), "bytes"));
    PairRow row = open().pairs().get(0);
    try (TextTokenizer bytes = TextTokenizer.load(tokenizer("bytes"))) {
      assertThat(row.prompt()).isEqualTo(new Boundary(bytes).prompt(prompt));
      assertThat(bytes.decode(row.prompt(), true)).isEqualTo(prompt);
      assertThat(bytes.decode(row.chosen(), true)).isEqualTo("\ud83d\udc4d");
      assertThat(bytes.decode(row.rejected(), true)).isEqualTo("\r\n");
    }
    assertThat(row.id()).isEqualTo(new TextRow.Pair(prompt, "\ud83d\udc4d", "\r\n").id());
  }

  @Test
  void aRowOfTenMegabytes() throws IOException {
    Path input = write("in.jsonl", "{\"text\":\"" + "x".repeat(10_000_000) + " sky\"}");
    Manifest manifest = prepare(options(input, "words"));
    assertThat(manifest.rows().train()).isEqualTo(1);
    assertThat(open().completions().get(0).completion()).hasSize(3);
  }

  @Test
  void truncationAndBoundariesAreCounted() throws IOException {
    Path input =
        write(
            "in.jsonl",
            pair("The sky", "is blue and grey", "is"),
            pair("The sky is grey", "is", "a"),
            pair("The sky is", "blue there", "blue friend"),
            pair("The", "sky", "grass"));
    PrepareOptions cut =
        with(options(input, "words"), new Truncation(5, Truncation.Mode.KEEP_START));
    Manifest manifest = prepare(cut);
    assertThat(manifest.quarantine())
        .isEqualTo(Map.of("prompt_too_long", 1L, "tie_after_truncation", 1L));
    assertThat(manifest.truncation()).isEqualTo(new Manifest.Truncated(1, 3, 1));
    assertThat(manifest.rows()).isEqualTo(new Manifest.Rows(4, 4, 2, 2, 0, 2));

    Path merging = write("merging.jsonl", pair("Count: 1", "23", " 2"), pair("a", " b", " c"));
    manifest = prepare(overwrite(options(merging, "bytes")));
    assertThat(manifest.boundaryDisagreements()).isEqualTo(1);
    assertThat(open().pairs()).hasSize(2);
  }

  @Test
  void aPromptIsOnOneSideOnlyAndTheSeedDecides() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      lines.add(pair("prompt " + i % 1000, "yes " + i, "no " + i));
    }
    Path input = write("in.jsonl", lines.toArray(String[]::new));
    Manifest manifest = prepare(split(options(input, "bytes"), 0.2, 0));
    assertThat(manifest.rows().validation()).isBetween(450L, 750L).matches(rows -> rows % 3 == 0);
    Set<String> train = prompts(open().pairs());
    Set<String> validation = prompts(open().validationPairs());
    assertThat(validation).doesNotContainAnyElementsOf(train);
    assertThat(train.size() + validation.size()).isEqualTo(1000);

    prepare(overwrite(split(options(input, "bytes"), 0.2, 0)));
    assertThat(prompts(open().validationPairs())).isEqualTo(validation);
    prepare(overwrite(split(options(input, "bytes"), 0.2, 1)));
    assertThat(prompts(open().validationPairs())).isNotEqualTo(validation);
    prepare(overwrite(split(options(input, "bytes"), 0.4, 0)));
    assertThat(prompts(open().validationPairs()))
        .as("a larger share only adds")
        .containsAll(validation);
  }

  @Test
  void theOutputDoesNotDependOnPartitions() throws IOException {
    Path input = folder.resolve("in.jsonl");
    GeneratedRows.write(input, 3 * ReadRows.ROWS_PER_SHARD + 500);
    List<String> expected = null;
    for (String[] setting : new String[][] {{"1", "true"}, {"2", "false"}, {"7", "true"}}) {
      LocalSpark.session().conf().set("spark.sql.shuffle.partitions", setting[0]);
      LocalSpark.session().conf().set("spark.sql.adaptive.enabled", setting[1]);
      prepare(overwrite(split(options(input, "words"), 0.1, 3)));
      List<String> now = hashes(folder.resolve("out"));
      assertThat(now).hasSize(2 + 2 * 4);
      expected = expected == null ? now : expected;
      assertThat(now).isEqualTo(expected);
    }
    LocalSpark.session().conf().set("spark.sql.shuffle.partitions", "2");
    assertThat(open().pairs().size() + open().validationPairs().size())
        .isEqualTo((int) open().manifest().rows().tokenized());
  }

  @Test
  void manyRowsStayInOrder() throws IOException {
    int count = 200_000;
    Path input = folder.resolve("in.jsonl");
    List<String> ids = GeneratedRows.write(input, count);
    Manifest manifest = prepare(options(input, "words"));
    assertThat(manifest.rows().read()).isEqualTo(count);
    assertThat(manifest.rows().tokenized()).isEqualTo(ids.size());
    assertThat(manifest.rows().quarantined()).isEqualTo(count - ids.size()).isPositive();
    assertThat(open().pairs()).extracting(PairRow::id).isEqualTo(ids);
    assertThat(quarantine()).extracting(row -> row.get("line").asLong()).isSorted();
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

  /** The counts that the data set's own description states. */
  @Test
  void hhRlhf() throws IOException {
    String stories = Shared.path("data/stories260K/hf").toString();
    String helpful = Shared.path("data/hh-rlhf/helpful-base-test.jsonl.gz").toString();
    Manifest manifest = prepare(with(PrepareOptions.of(List.of(helpful), out(), stories), WHOLE));
    assertThat(manifest.kind()).isEqualTo("transcripts");
    assertThat(manifest.rows()).isEqualTo(new Manifest.Rows(2354, 2343, 2343, 2343, 0, 11));
    assertThat(manifest.quarantine()).isEqualTo(Map.of("diverges_early", 9L, "tie", 2L));
    assertThat(open().pairs()).hasSize(2343);

    String harmless = Shared.path("data/hh-rlhf/harmless-base-test.jsonl.gz").toString();
    manifest = prepare(overwrite(PrepareOptions.of(List.of(harmless), out(), stories)));
    assertThat(manifest.rows().read()).isEqualTo(2312);
    assertThat(manifest.quarantine()).containsEntry("diverges_early", 5L);
    assertThat(open().pairs())
        .allMatch(row -> row.prompt().length + row.chosen().length <= 1024)
        .hasSize((int) manifest.rows().train());
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

  private static Manifest prepare(PrepareOptions options) {
    return Prepare.run(LocalSpark.session(), options);
  }

  private PreparedFolder open() {
    return PreparedFolder.open(folder.resolve("out"));
  }

  private List<JsonNode> quarantine() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("out/quarantine.jsonl"))) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private Path write(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  private static String pair(String prompt, String chosen, String rejected) {
    ObjectNode row = JSON.createObjectNode();
    return row.put("prompt", prompt).put("chosen", chosen).put("rejected", rejected).toString();
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  private static Path tokenizer(String name) {
    return Golden.folder("tokenizers/" + name);
  }

  private PrepareOptions options(Path input, String tokenizer) {
    return options(List.of(input.toString()), tokenizer);
  }

  private PrepareOptions options(List<String> inputs, String tokenizer) {
    return PrepareOptions.of(inputs, out(), tokenizer(tokenizer).toString());
  }

  private static PrepareOptions overwrite(PrepareOptions o) {
    return new PrepareOptions(
        o.inputs(),
        o.output(),
        o.tokenizer(),
        o.kind(),
        o.truncation(),
        o.validationShare(),
        o.seed(),
        true);
  }

  private static PrepareOptions with(PrepareOptions o, Truncation truncation) {
    return new PrepareOptions(
        o.inputs(),
        o.output(),
        o.tokenizer(),
        o.kind(),
        truncation,
        o.validationShare(),
        o.seed(),
        o.overwrite());
  }

  private static PrepareOptions split(PrepareOptions o, double share, long seed) {
    return new PrepareOptions(
        o.inputs(),
        o.output(),
        o.tokenizer(),
        o.kind(),
        o.truncation(),
        share,
        seed,
        o.overwrite());
  }

  private static Set<String> prompts(List<PairRow> rows) {
    Set<String> prompts = new HashSet<>();
    rows.forEach(row -> prompts.add(Arrays.toString(row.prompt())));
    return prompts;
  }

  private static List<String> names(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> !file.getFileName().toString().matches("[._].*") && !file.equals(root))
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static List<String> hashes(Path root) throws IOException {
    List<String> hashes = new ArrayList<>();
    for (String name : names(root)) {
      if (Files.isRegularFile(root.resolve(name))) {
        hashes.add(name + " " + dev.plumbline.lm.io.Hashes.of(root.resolve(name)));
      }
    }
    return hashes;
  }
}
