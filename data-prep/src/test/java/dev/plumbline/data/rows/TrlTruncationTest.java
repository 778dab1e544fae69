package dev.plumbline.data.rows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.data.read.JsonRow;
import dev.plumbline.data.read.JsonRows;
import dev.plumbline.lm.testing.Shared;
import dev.plumbline.lm.text.Truncation;
import dev.plumbline.lm.text.Truncation.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How TRL 1.16 cuts rows, and where we cut otherwise: see docs/tokenising.md. */
class TrlTruncationTest {

  /** TRL's batch builder cuts; the same ids, cut by us, are the same rows. */
  @Test
  void truncation() throws IOException {
    Map<String, JsonNode> rows = new HashMap<>();
    for (JsonNode row : TrlGolden.lines("dpo.jsonl")) {
      rows.put(row.get("tokenizer").asText() + " " + row.get("id").asText(), row);
    }
    int equal = 0;
    int dropped = 0;
    int sharedPrompt = 0;
    int answerWithoutPrompt = 0;
    for (JsonNode batch : TrlGolden.lines("dpo_batches.jsonl")) {
      Truncation truncation =
          new Truncation(batch.get("max_length").asInt(0), TrlGolden.mode(batch));
      String tokenizer = batch.get("tokenizer").asText();
      for (JsonNode id : batch.get("dropped")) {
        assertThat(cut(rows.get(tokenizer + " " + id.asText()), truncation))
            .isEqualTo(Truncation.Refused.PROMPT_TOO_LONG);
        dropped++;
      }
      int count = batch.get("rows").size();
      for (int row = 0; row < count; row++) {
        JsonNode golden = rows.get(tokenizer + " " + batch.get("rows").get(row).asText());
        String as = tokenizer + " " + golden.get("id").asText() + " " + truncation;
        if (!(cut(golden, truncation) instanceof Truncation.Kept kept)) {
          assertThat(truncation.mode()).as(as).isEqualTo(Mode.KEEP_END);
          assertThat(Math.max(golden.get("chosen_ids").size(), golden.get("rejected_ids").size()))
              .as(as)
              .isGreaterThanOrEqualTo(truncation.maxLength());
          answerWithoutPrompt++;
          continue;
        }
        List<int[]> chosen = unpadded(batch, row);
        List<int[]> rejected = unpadded(batch, count + row);
        assertThat(kept.completions()).as(as).containsExactly(chosen.get(1), rejected.get(1));
        if (Arrays.equals(chosen.get(0), rejected.get(0))) {
          assertThat(kept.prompt()).as(as).isEqualTo(chosen.get(0));
          equal++;
        } else {
          int[] shorter =
              chosen.get(0).length < rejected.get(0).length ? chosen.get(0) : rejected.get(0);
          assertThat(kept.prompt()).as(as).isEqualTo(shorter);
          sharedPrompt++;
        }
      }
    }
    assertThat(List.of(equal, dropped, sharedPrompt, answerWithoutPrompt))
        .containsExactly(116, 45, 15, 24);
  }

  /** A recorded training run drops the same rows of real data. */
  @Test
  void truncationOfATrainingRun() throws IOException {
    JsonNode run =
        TrlGolden.JSON.readTree(
            Shared.path("golden/trl/dpo-truncate-keep-start96/run.json").toFile());
    Truncation truncation =
        new Truncation(run.at("/settings/max_length").asInt(), TrlGolden.mode(run.get("settings")));
    List<Integer> dropped = new ArrayList<>();
    List<JsonRow> rows =
        JsonRows.readAll(List.of(Shared.path("golden/trl/rows/dpo-helpful48-short.jsonl.gz")));
    for (int row = 0; row < run.at("/settings/rows_used").asInt(); row++) {
      if (cut(((JsonRow.Good) rows.get(row)).object(), truncation)
          == Truncation.Refused.PROMPT_TOO_LONG) {
        dropped.add(row);
      }
    }
    assertThat(dropped)
        .hasSize(7)
        .containsExactly(
            Arrays.stream(TrlGolden.ints(run.at("/rows/dropped_by_preprocessing")))
                .boxed()
                .toArray(Integer[]::new));
  }

  private static Truncation.Outcome cut(JsonNode golden, Truncation truncation) {
    return truncation.cut(
        TrlGolden.ints(golden.get("prompt_ids")),
        TrlGolden.ints(golden.get("chosen_ids")),
        TrlGolden.ints(golden.get("rejected_ids")));
  }

  /** Prompt and completion of one row of TRL's batch. */
  private static List<int[]> unpadded(JsonNode batch, int row) {
    int[] ids = TrlGolden.ints(batch.get("input_ids").get(row));
    int length = Arrays.stream(TrlGolden.ints(batch.get("attention_mask").get(row))).sum();
    int completion = Arrays.stream(TrlGolden.ints(batch.get("completion_mask").get(row))).sum();
    return List.of(
        Arrays.copyOf(ids, length - completion),
        Arrays.copyOfRange(ids, length - completion, length));
  }
}
