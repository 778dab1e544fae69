package dev.plumbline.data.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionalColumnsTest extends PrepareFixture {
  @Test
  void weightsAndMarginsGoThroughToParquet() throws IOException {
    Path first =
        write(
            "a.jsonl",
            with(pair("\u4f60\u597d", " \ud83d\udc4d", " no"), "weight", "0.25"),
            with(
                pair("p", " a", " b"),
                "margin_kind_chosen",
                "3",
                "margin_kind_rejected",
                "-1.5",
                "margin_KIND_chosen",
                "9"));
    Path second =
        write(
            "b.jsonl",
            with(pair("p", " c", " d"), "margin_0_chosen", "1", "margin_0_rejected", "2"),
            with(pair("p", " e", " f"), "margin_0_chosen", "1"),
            with(pair("p", " g", " h"), "weight", "0", "margin_0_chosen", "1"));
    Manifest manifest = prepare(options(List.of(first.toString(), second.toString()), "bytes"));
    assertThat(open().pairs()).extracting(PairRow::weight).containsExactly(0.25, 1.0, 1.0);
    assertThat(open().pairs())
        .extracting(row -> Map.copyOf(row.margins()))
        .containsExactly(
            Map.of(), Map.of("kind", new Margin(3, -1.5)), Map.of("0", new Margin(1, 2)));
    assertThat(manifest.optionalColumns())
        .isEqualTo(
            Map.of(
                "weight",
                1L,
                "margin_0_chosen",
                1L,
                "margin_0_rejected",
                1L,
                "margin_kind_chosen",
                1L,
                "margin_kind_rejected",
                1L));
    assertThat(manifest.ignoredColumns()).isEqualTo(Map.of("margin_KIND_chosen", 1L));
    assertThat(manifest.quarantine()).isEqualTo(Map.of("missing_column", 1L, "out_of_range", 1L));
    assertThat(open().manifest()).isEqualTo(manifest);
  }

  @Test
  void transcriptsHaveMarginsAndCompletionsHaveWeights() throws IOException {
    String transcripts =
        """
        {"chosen":"Is it? Yes","rejected":"Is it? No","margin_a_chosen":1,"margin_a_rejected":2}""";
    prepare(options(write("in.jsonl", transcripts), "bytes"));
    assertThat(open().pairs().get(0).margins()).isEqualTo(Map.of("a", new Margin(1, 2)));

    String completion = "{\"prompt\":\"p\",\"completion\":\"c\"}";
    Path input =
        write(
            "in.jsonl",
            with(completion, "weight", "3", "margin_a_chosen", "1"),
            with("{\"prompt\":\"p\",\"completion\":\"d\"}", "weight", "0.5"),
            completion);
    Manifest manifest = prepare(overwrite(options(input, "bytes")));
    assertThat(open().completions())
        .extracting(CompletionRow::weight)
        .containsExactly(3.0, 0.5, 1.0);
    assertThat(manifest.ignoredColumns())
        .as("margins are of pairs")
        .isEqualTo(Map.of("margin_a_chosen", 1L));
  }

  @Test
  void withoutSuchColumnsTheFilesAreThoseOfOld() throws IOException {
    Manifest manifest = prepare(options(write("in.jsonl", pair("p", " a", " b")), "bytes"));
    assertThat(manifest.optionalColumns()).isEmpty();
    assertThat(Files.readString(folder.resolve("out/manifest.json"))).doesNotContain("optional");
    assertThat(open().manifest()).isEqualTo(manifest);
  }

  @Test
  void aMarginThatNoRowHasWhollyLeavesNone() throws IOException {
    Path input = write("in.jsonl", with(pair("p", " a", " b"), "margin_a_chosen", "1"));
    assertThatThrownBy(() -> prepare(options(input, "bytes")))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContainingAll("none of the 1 rows", "missing_column", "margin_a_rejected");
  }

  /** A row of JSON with further columns: names and JSON values in turn. */
  private static String with(String row, String... columns) {
    StringBuilder more = new StringBuilder(row.substring(0, row.length() - 1));
    for (int i = 0; i < columns.length; i += 2) {
      more.append(",\"").append(columns[i]).append("\":").append(columns[i + 1]);
    }
    return more.append('}').toString();
  }
}
