package dev.plumbline.data.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.TextRow;
import dev.plumbline.data.synthetic.CourtesyScorer;
import dev.plumbline.data.synthetic.ErrandScorer;
import dev.plumbline.data.synthetic.ErrandTask;
import dev.plumbline.data.synthetic.Split;
import dev.plumbline.data.testing.LocalSpark;
import dev.plumbline.lm.UsageException;
import dev.plumbline.reward.catalog.OracleCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarginScorerTest extends PrepareFixture {
  @Test
  void marginsAreTheScoresOfBothAnswers() throws IOException {
    List<ErrandTask.Pair> pairs =
        new ErrandTask(1).pairs(Split.TRAIN, 30, ErrandTask.Labels.PREFERENCE);
    Path input =
        write(
            "in.jsonl",
            pairs.stream()
                .map(row -> pair(row.prompt(), row.chosen(), row.rejected()))
                .toArray(String[]::new));
    PrepareOptions options =
        margins(
            split(options(input, "bytes"), 0.3, 1),
            Map.of("courtesy", "errands-courtesy", "brevity", "shorter"));
    Manifest manifest = Prepare.run(LocalSpark.session(), options, MarginScorerTest::oracles);
    Map<String, ErrandTask.Pair> texts = new HashMap<>();
    pairs.forEach(
        row -> texts.put(new TextRow.Pair(row.prompt(), row.chosen(), row.rejected()).id(), row));
    CourtesyScorer courtesy = new CourtesyScorer();
    List<PairRow> rows = new ArrayList<>(open().pairs());
    rows.addAll(open().validationPairs());
    assertThat(rows).hasSize(30);
    for (PairRow row : rows) {
      ErrandTask.Pair text = texts.get(row.id());
      assertThat(row.margins())
          .as(text.toString())
          .isEqualTo(
              Map.of(
                  "brevity",
                  new Margin(-text.chosen().length(), -text.rejected().length()),
                  "courtesy",
                  new Margin(
                      courtesy.score(text.prompt(), text.chosen()).value(),
                      courtesy.score(text.prompt(), text.rejected()).value())));
    }
    assertThat(manifest.options().margins())
        .isEqualTo(Map.of("courtesy", "errands-courtesy", "brevity", "shorter"));
    assertThat(manifest.optionalColumns()).containsEntry("margin_brevity_rejected", 30L).hasSize(4);
    assertThat(open().manifest()).isEqualTo(manifest);
  }

  @Test
  void theyStandBesideMarginsAndWeightsOfTheRows() throws IOException {
    String row =
        """
        {"prompt":"p","chosen":"\ud83d\udc4d","rejected":"long","weight":2,"margin_z_chosen":1,"margin_z_rejected":2}""";
    Path input = write("in.jsonl", row, pair("p", "same", "size"), pair("p", "x", "x"));
    Manifest manifest = prepare(margins(options(input, "bytes"), Map.of("a", "regex:o=?n")));
    PairRow first = open().pairs().get(0);
    assertThat(first.margins()).isEqualTo(Map.of("a", new Margin(0, 1), "z", new Margin(1, 2)));
    assertThat(first.weight()).isEqualTo(2);
    assertThat(open().pairs().get(1).margins()).isEqualTo(Map.of("a", new Margin(0, 0)));
    assertThat(manifest.quarantine()).isEqualTo(Map.of("tie", 1L));
  }

  @Test
  void whatCannotBeScoredGoesToQuarantine() throws IOException {
    Path input =
        write(
            "in.jsonl",
            pair("ask Anna to bring two boxes of apples to the station on Friday", "a", "b"),
            pair("ask Anna", "a", "b"));
    Manifest manifest =
        Prepare.run(
            LocalSpark.session(),
            margins(options(input, "bytes"), Map.of("kind", "errands")),
            MarginScorerTest::oracles);
    assertThat(manifest.quarantine()).isEqualTo(Map.of("no_score", 1L));
    assertThat(quarantine().get(0).path("column").asText()).isEqualTo("margin_kind_chosen");
    assertThat(quarantine().get(0).path("found").asText())
        .contains("the prompt 'ask Anna' is no errand");
    assertThat(quarantine().get(0).path("expected").asText())
        .isEqualTo("a row that oracle errands can score");
  }

  @Test
  void misuseIsToldBeforeAnythingIsWritten() throws IOException {
    Path pairs =
        write(
            "in.jsonl",
            "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\",\"margin_x_chosen\":1,\"margin_x_rejected\":2}");
    PrepareOptions options = options(pairs, "bytes");
    refused(options, "brevity", "shortest", "there is no oracle 'shortest'", "shorter");
    refused(options, "x", "shorter", "column margin_x_chosen, but the rows have it already");
    Path texts = write("texts.jsonl", "{\"text\":\"a\"}");
    refused(
        options(texts, "bytes"),
        "brevity",
        "shorter",
        "margins [brevity] are asked for, but the rows are of kind text (text)");
    for (String name : new String[] {"", "Brevity", "a-b", "\u00e9"}) {
      assertThatThrownBy(() -> margins(options, Map.of(name, "shorter")))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("margin '" + name + "' cannot be the name of a column");
    }
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private static void refused(
      PrepareOptions options, String objective, String oracle, String... parts) {
    assertThatThrownBy(() -> prepare(margins(options, Map.of(objective, oracle))))
        .isInstanceOf(UsageException.class)
        .hasMessageContainingAll(parts);
  }

  private static OracleCatalog oracles() {
    return OracleCatalog.standard().with(ErrandScorer.KIND).with(CourtesyScorer.KIND);
  }
}
