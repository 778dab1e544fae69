package dev.plumbline.data.rows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.testing.Shared;
import dev.plumbline.lm.text.Boundary;
import dev.plumbline.lm.text.TextTokenizer;
import dev.plumbline.lm.text.Truncation;
import dev.plumbline.lm.text.Truncation.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What TRL 1.16 feeds the model for the same rows. Each row is equal or differs for one of the
 * reasons that docs/tokenising.md lists.
 */
class TrlTokeniseTest {
  private static final String MERGES = "prompt is not a prefix of prompt+completion";

  /** Where we differ from TRL on purpose: a row of the table in docs/tokenising.md each. */
  private enum Difference {
    EQUAL,
    /** Messages need a chat template: quarantined here, rendered by TRL. */
    CONVERSATIONAL,
    /** TRL drops the merged token from the prompt; we keep the prompt as it is asked later. */
    BOUNDARY_MERGES,
    /** TRL learns EOS as the answer, or fails; we quarantine. */
    EMPTY_SIDE,
    /** TRL learns without context; we quarantine where there is no BOS. */
    EMPTY_PROMPT,
    /** TRL trains on pairs whose answers are the same. */
    TIE,
    /** TRL leaves one shared character to both answers. */
    ONE_IS_PREFIX,
    /** TRL looks for the blank at the wrong place. */
    BLANK_AT_THE_END,
    /** TRL takes what both answers begin with into the prompt. */
    LAST_ASSISTANT_TURN,
    /** TRL adds a second EOS behind a blank, and keeps two typed ones. */
    TYPED_EOS,
    /** TRL can learn prompts too. */
    PROMPT_NOT_LEARNED,
    /** TRL learns the end of an answer without its prompt. */
    ANSWER_WITHOUT_PROMPT,
    /** TRL refuses an option that we do not have. */
    OTHER_OPTION
  }

  private static final Map<String, Difference> NAMED =
      Map.ofEntries(
          Map.entry("std_prompt_ends_in_space", Difference.BOUNDARY_MERGES),
          Map.entry("std_no_space_at_boundary", Difference.BOUNDARY_MERGES),
          Map.entry("std_digits_merge", Difference.BOUNDARY_MERGES),
          Map.entry("imp_differ_inside_a_word", Difference.BOUNDARY_MERGES),
          Map.entry("pc_prompt_ends_in_space", Difference.BOUNDARY_MERGES),
          Map.entry("pc_merge", Difference.BOUNDARY_MERGES),
          Map.entry("std_empty_rejected", Difference.EMPTY_SIDE),
          Map.entry("std_both_empty", Difference.EMPTY_SIDE),
          Map.entry("imp_empty_rejected", Difference.EMPTY_SIDE),
          Map.entry("text_empty", Difference.EMPTY_SIDE),
          Map.entry("pc_empty_completion", Difference.EMPTY_SIDE),
          Map.entry("std_empty_prompt", Difference.EMPTY_PROMPT),
          Map.entry("imp_nothing_shared", Difference.EMPTY_PROMPT),
          Map.entry("pc_empty_prompt", Difference.EMPTY_PROMPT),
          Map.entry("std_identical_answers", Difference.TIE),
          Map.entry("imp_identical", Difference.TIE),
          Map.entry("imp_one_is_prefix", Difference.ONE_IS_PREFIX),
          Map.entry("imp_nothing_shared_chosen_ends_in_space", Difference.BLANK_AT_THE_END),
          Map.entry("imp_answers_share_a_start", Difference.LAST_ASSISTANT_TURN),
          Map.entry("imp_hh_helpful_6", Difference.LAST_ASSISTANT_TURN),
          Map.entry("imp_hh_helpful_1815", Difference.LAST_ASSISTANT_TURN),
          Map.entry("std_eos_then_space", Difference.TYPED_EOS),
          Map.entry("text_ends_in_eos_newline", Difference.TYPED_EOS));

  private final Map<String, TextTokenizer> tokenizers = new HashMap<>();

  @AfterEach
  void close() {
    tokenizers.values().forEach(TextTokenizer::close);
  }

  @Test
  void pairs() throws IOException {
    Map<Difference, Integer> counts = new TreeMap<>();
    for (JsonNode golden : TrlGolden.lines("dpo.jsonl")) {
      List<int[]> trl =
          golden.has("error")
              ? List.of()
              : List.of(
                  TrlGolden.ints(golden.get("prompt_ids")),
                  TrlGolden.ints(golden.get("chosen_ids")),
                  TrlGolden.ints(golden.get("rejected_ids")));
      counts.merge(compare(golden, trl, new Truncation(0, Mode.KEEP_START)), 1, Integer::sum);
    }
    assertThat(counts)
        .isEqualTo(
            Map.of(
                Difference.EQUAL, 62,
                Difference.CONVERSATIONAL, 42,
                Difference.BOUNDARY_MERGES, 10,
                Difference.EMPTY_SIDE, 12,
                Difference.EMPTY_PROMPT, 4,
                Difference.TIE, 8,
                Difference.ONE_IS_PREFIX, 4,
                Difference.BLANK_AT_THE_END, 4,
                Difference.LAST_ASSISTANT_TURN, 12,
                Difference.TYPED_EOS, 4));
  }

  @Test
  void completionsAndTexts() throws IOException {
    Map<Difference, Integer> counts = new TreeMap<>();
    for (JsonNode golden : TrlGolden.lines("sft.jsonl")) {
      Truncation truncation =
          new Truncation(
              golden.at("/config/max_length").asInt(0), TrlGolden.mode(golden.get("config")));
      counts.merge(compare(golden, learned(golden), truncation), 1, Integer::sum);
    }
    assertThat(counts)
        .isEqualTo(
            Map.of(
                Difference.EQUAL, 68,
                Difference.CONVERSATIONAL, 77,
                Difference.BOUNDARY_MERGES, 5,
                Difference.EMPTY_SIDE, 24,
                Difference.EMPTY_PROMPT, 2,
                Difference.TYPED_EOS, 4,
                Difference.PROMPT_NOT_LEARNED, 4,
                Difference.ANSWER_WITHOUT_PROMPT, 1,
                Difference.OTHER_OPTION, 1));
  }

  @Test
  void theDocumentsNameEveryDifference() throws IOException {
    String documents = Files.readString(Path.of("../docs/tokenising.md"));
    for (Difference difference : EnumSet.complementOf(EnumSet.of(Difference.EQUAL))) {
      assertThat(documents).contains("| " + difference + ":");
    }
  }

  /** The row's difference, after checking that it is what it is called. */
  private Difference compare(JsonNode golden, List<int[]> trl, Truncation truncation) {
    String id = golden.get("id").asText();
    String as = golden.get("tokenizer").asText() + " " + id + " " + golden.path("config");
    TokenRow row = null;
    Reason reason = null;
    try {
      row = tokenize(golden, truncation);
    } catch (BadRow e) {
      reason = e.fault().reason();
    }
    List<int[]> ours = row == null ? List.of() : concat(row.prompt(), row.completions());
    boolean same =
        golden.path("dropped").asBoolean()
            ? reason == Reason.PROMPT_TOO_LONG
            : row != null && same(ours, trl);
    Difference difference = difference(golden, id, same);
    switch (difference) {
      case EQUAL -> assertThat(same && (row == null || row.agrees())).as(as).isTrue();
      case CONVERSATIONAL -> assertThat(reason).as(as).isEqualTo(Reason.CONVERSATIONAL);
      case BOUNDARY_MERGES -> {
        assertThat(golden.get("warnings").get(0).asText()).as(as).isEqualTo(MERGES);
        assertThat(row.agrees()).as(as).isFalse();
        assertThat(ours.get(0)).as(as).startsWith(trl.get(0)).hasSizeGreaterThan(trl.get(0).length);
        assertThat(read(golden, ours, 1)).as(as).isEqualTo(read(golden, trl, 1));
      }
      case EMPTY_SIDE -> assertThat(reason).as(as).isEqualTo(Reason.EMPTY);
      case EMPTY_PROMPT -> {
        assertThat(tokenizer(golden).prefix()).as(as).isEmpty();
        assertThat(reason).as(as).isEqualTo(Reason.EMPTY_PROMPT);
      }
      case TIE -> assertThat(reason).as(as).isEqualTo(Reason.TIE);
      case ONE_IS_PREFIX -> assertThat(reason).as(as).isEqualTo(Reason.NO_ANSWER);
      case BLANK_AT_THE_END -> {
        if (row == null) {
          assertThat(reason).as(as).isEqualTo(Reason.EMPTY_PROMPT);
        } else {
          assertThat(read(golden, ours, 1)).as(as).isEqualTo(golden.at("/row/chosen").asText());
          assertThat(read(golden, ours, 2)).as(as).isEqualTo(golden.at("/row/rejected").asText());
        }
      }
      case LAST_ASSISTANT_TURN -> {
        assertThat(tokenizer(golden).decode(ours.get(0), true)).as(as).endsWith("\n\nAssistant:");
        assertThat(join(ours, 1)).as(as).isEqualTo(join(trl, 1));
        assertThat(join(ours, 2)).as(as).isEqualTo(join(trl, 2));
      }
      case TYPED_EOS -> {
        int eos = tokenizer(golden).requireEos();
        assertThat(row.typedEos()).as(as).isTrue();
        assertThat(ours.get(0)).as(as).isEqualTo(trl.get(0));
        for (int side = 1; side < ours.size(); side++) {
          assertThat(ours.get(side)).as(as).containsOnlyOnce(eos).endsWith(eos);
          assertThat(trl.get(side)).as(as).startsWith(ours.get(side));
        }
      }
      case PROMPT_NOT_LEARNED -> assertThat(join(ours, 1)).as(as).isEqualTo(join(trl, 1));
      case ANSWER_WITHOUT_PROMPT -> assertThat(reason).as(as).isEqualTo(Reason.COMPLETION_TOO_LONG);
      case OTHER_OPTION -> assertThat(golden.has("error")).as(as).isTrue();
    }
    return difference;
  }

  private static Difference difference(JsonNode golden, String id, boolean same) {
    String format = golden.get("format").asText();
    JsonNode config = golden.path("config");
    if (format.contains("conversation") || format.equals("messages")) {
      return Difference.CONVERSATIONAL;
    } else if (config.has("assistant_only_loss")) {
      return Difference.OTHER_OPTION;
    } else if (same) {
      return Difference.EQUAL;
    } else if (NAMED.containsKey(id)) {
      return NAMED.get(id);
    } else if (!config.path("completion_only_loss").asBoolean(true)) {
      return Difference.PROMPT_NOT_LEARNED;
    }
    return config.has("truncation_mode") ? Difference.ANSWER_WITHOUT_PROMPT : Difference.EQUAL;
  }

  private TokenRow tokenize(JsonNode golden, Truncation truncation) throws BadRow {
    ObjectNode object = (ObjectNode) golden.get("row");
    List<String> columns = new ArrayList<>();
    object.fieldNames().forEachRemaining(columns::add);
    List<RowKind> kinds = RowKind.of(columns);
    RowKind kind = kinds.isEmpty() ? RowKind.TEXT : kinds.get(0);
    TextRow row = new RowParser(kind).parse(object);
    return new RowTokenizer(new Boundary(tokenizer(golden)), truncation).tokenize(row);
  }

  /** Given and learned ids of an SFT row; the first token is never learned, whatever its label. */
  private static List<int[]> learned(JsonNode golden) {
    if (!golden.has("labels")) {
      return List.of();
    }
    int[] labels = TrlGolden.ints(golden.get("labels"));
    int given = Math.min(1, labels.length);
    while (given < labels.length && labels[given] == -100) {
      given++;
    }
    int[] ids = TrlGolden.ints(golden.get("input_ids"));
    return List.of(Arrays.copyOf(ids, given), Arrays.copyOfRange(ids, given, ids.length));
  }

  private String read(JsonNode golden, List<int[]> row, int side) {
    return tokenizer(golden).decode(join(row, side), true);
  }

  private static int[] join(List<int[]> row, int side) {
    return IntStream.concat(Arrays.stream(row.get(0)), Arrays.stream(row.get(side))).toArray();
  }

  private static List<int[]> concat(int[] first, List<int[]> others) {
    List<int[]> all = new ArrayList<>(List.of(first));
    all.addAll(others);
    return all;
  }

  private static boolean same(List<int[]> a, List<int[]> b) {
    return Arrays.deepEquals(a.toArray(), b.toArray());
  }

  private TextTokenizer tokenizer(JsonNode golden) {
    return tokenizers.computeIfAbsent(
        golden.get("tokenizer").asText().replace("+chatml", ""),
        name ->
            TextTokenizer.load(
                Shared.path(
                    name.equals("stories260K")
                        ? "data/stories260K/hf"
                        : "data/tokenizers/" + name)));
  }
}
