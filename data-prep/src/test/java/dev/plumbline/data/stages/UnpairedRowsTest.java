package dev.plumbline.data.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.data.rows.TextRow;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnpairedRowsTest extends PrepareFixture {
  @Test
  void labelsGoThroughToParquetAndAreCounted() throws IOException {
    Path input =
        write(
            "in.jsonl",
            unpaired("The sky", " is blue", "true"),
            unpaired("The sky", " is blue", "0,\"weight\":0.5"),
            unpaired("The sky", " is grey", "\"yes\""),
            unpaired("The grass", " is green", "1"));
    Manifest manifest = prepare(options(input, "words"));
    assertThat(open().kind()).isEqualTo(RowKind.UNPAIRED);
    assertThat(manifest.labels()).isEqualTo(Map.of("desirable", 2L, "undesirable", 1L));
    assertThat(manifest.quarantine()).isEqualTo(Map.of("wrong_type", 1L));
    assertThat(manifest.ignoredColumns()).isEmpty();
    assertThat(open().manifest()).isEqualTo(manifest);
    List<UnpairedRow> rows = open().unpaired();
    assertThat(rows).extracting(UnpairedRow::label).containsExactly(true, false, true);
    assertThat(rows).extracting(UnpairedRow::weight).containsExactly(1.0, 0.5, 1.0);
    assertThat(rows).extracting(UnpairedRow::reference).containsOnly(Double.NaN);
    assertThat(rows.get(0).id())
        .isEqualTo(new TextRow.Unpaired("The sky", " is blue", true).id())
        .isNotEqualTo(rows.get(1).id());
    try (TextTokenizer words = TextTokenizer.load(tokenizer("words"))) {
      assertThat(words.decode(rows.get(0).prompt(), false)).isEqualTo("[bos] the sky");
      assertThat(words.decode(rows.get(0).completion(), false)).isEqualTo("is blue [eos]");
    }
    assertThat(open().validationUnpaired()).isEmpty();
    assertThat(open().dataHash()).isNotEmpty();
  }

  @Test
  void bothLabelsOfAPromptAreOnOneSide() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      lines.add(unpaired("prompt " + i % 20, " answer " + i, i < 20 ? "true" : "false"));
    }
    Path input = write("in.jsonl", lines.toArray(String[]::new));
    prepare(split(options(input, "bytes"), 0.5, 1));
    List<UnpairedRow> apart = open().validationUnpaired();
    assertThat(apart).isNotEmpty();
    assertThat(apart.stream().filter(UnpairedRow::label)).hasSize(apart.size() / 2);
    assertThat(open().unpaired()).hasSize(40 - apart.size());
  }

  @Test
  void otherKindsAreRefusedByName() throws IOException {
    prepare(options(write("in.jsonl", unpaired("p", "c", "true")), "bytes"));
    assertRefused(() -> open().completions(), "unpaired (prompt, completion, label), but comp");
    assertRefused(() -> open().pairs(), "holds rows of kind unpaired", "but pairs are needed");
    prepare(overwrite(options(write("in.jsonl", pair("p", "a", "b")), "bytes")));
    assertRefused(
        () -> open().unpaired(),
        "holds rows of kind pairs (prompt, chosen, rejected), but rows of kind unpaired");
  }

  @Test
  void aLabelOfAnotherSortIsLeftAloneIfTheKindIsNamed() throws IOException {
    Path input =
        write(
            "in.jsonl", unpaired("p", "c", "\"news\""), "{\"prompt\":\"p\",\"completion\":\"d\"}");
    assertRefused(() -> prepare(options(input, "bytes")), "rows of several kinds: unpaired");
    PrepareOptions given = options(input, "bytes");
    Manifest manifest =
        prepare(
            new PrepareOptions(
                given.inputs(),
                given.output(),
                given.tokenizer(),
                Optional.of(RowKind.COMPLETIONS),
                WHOLE,
                0,
                0,
                false));
    assertThat(open().completions()).hasSize(2);
    assertThat(manifest.ignoredColumns()).isEqualTo(Map.of("label", 1L));
    assertThat(manifest.labels()).isEmpty();
  }

  private static String unpaired(String prompt, String completion, String label) {
    return "{\"prompt\":\"%s\",\"completion\":\"%s\",\"label\":%s}"
        .formatted(prompt, completion, label);
  }

  private static void assertRefused(Runnable action, String... parts) {
    assertThatThrownBy(action::run)
        .isInstanceOf(PlumblineException.class)
        .hasMessageContainingAll(parts);
  }
}
