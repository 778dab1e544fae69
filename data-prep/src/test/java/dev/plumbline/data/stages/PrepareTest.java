package dev.plumbline.data.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.read.PreparedFolder;
import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.data.rows.TextRow;
import dev.plumbline.data.testing.LocalSpark;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.Hashes;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class PrepareTest extends PrepareFixture {
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
    assertThat(manifest.inputs().get(0).sha256()).isEqualTo(Hashes.of(b));
    assertThat(manifest.inputs().get(1).sha256())
        .as("of the compressed bytes")
        .isEqualTo(Hashes.of(sub.resolve("1")));
    prepare(overwrite(options(List.of(folder + "/*.jsonl"), "bytes")));
    assertThat(open().pairs()).hasSize(2);
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
}
