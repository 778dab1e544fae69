package dev.plumbline.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.data.read.JsonRow;
import dev.plumbline.data.read.JsonRows;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.testing.Shared;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

class RowParserTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aKindIsToldByItsColumns() {
    assertThat(RowKind.of(List.of("prompt", "chosen", "rejected", "source")))
        .containsExactly(RowKind.PAIRS);
    assertThat(RowKind.of(List.of("chosen", "rejected"))).containsExactly(RowKind.TRANSCRIPTS);
    assertThat(RowKind.of(List.of("completion", "prompt"))).containsExactly(RowKind.COMPLETIONS);
    assertThat(RowKind.of(List.of("text"))).containsExactly(RowKind.TEXT);
    assertThat(RowKind.of(List.of("prompt", "completion", "text")))
        .containsExactly(RowKind.COMPLETIONS, RowKind.TEXT);
    assertThat(RowKind.of(List.of("completion", "label", "prompt", "x")))
        .as("a label makes the difference")
        .containsExactly(RowKind.UNPAIRED);
    assertThat(RowKind.of(List.of("messages"))).isEmpty();
    assertThat(RowKind.ofKey("transcripts")).isEqualTo(RowKind.TRANSCRIPTS);
    assertThatThrownBy(() -> RowKind.ofKey("pair"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("pairs (prompt, chosen, rejected)");
  }

  @Test
  void textStaysAsItIs() throws Exception {
    String odd = "  \u0000\ufeff e\u0301\u00a0\ud83d\ude00\r\n ";
    ObjectNode row = JSON.createObjectNode().put("prompt", odd).put("completion", odd + "x");
    assertThat(new RowParser(RowKind.COMPLETIONS).parse(row))
        .isEqualTo(new TextRow.Completion(odd, odd + "x"));
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    expect(RowKind.PAIRS, "{'prompt':'p','chosen':'a'}", Reason.MISSING_COLUMN)
        .isEqualTo(
            "missing_column in rejected: found columns prompt, chosen, expected pairs (prompt, chosen, rejected)");
    expect(RowKind.TEXT, "{}", Reason.MISSING_COLUMN).contains("found no column");
    expect(RowKind.PAIRS, "{'prompt':null,'chosen':'a','rejected':'b'}", Reason.NULL_VALUE)
        .contains("in prompt");
    expect(RowKind.PAIRS, "{'prompt':'p','chosen':5,'rejected':'b'}", Reason.WRONG_TYPE)
        .contains("in chosen: found number 5, expected text");
    expect(RowKind.TEXT, "{'text':['a']}", Reason.WRONG_TYPE).contains("array [\"a\"]");
    expect(RowKind.PAIRS, "{'prompt':'p','chosen':'a','rejected':''}", Reason.EMPTY)
        .contains("in rejected");
    expect(RowKind.COMPLETIONS, "{'prompt':'p','completion':''}", Reason.EMPTY);
    expect(RowKind.TEXT, "{'text':''}", Reason.EMPTY);
    expect(RowKind.PAIRS, "{'prompt':'p','chosen':'a','rejected':'a'}", Reason.TIE);
    expect(RowKind.TEXT, "{'text':'ab\\ud83d'}", Reason.LONE_SURROGATE)
        .contains("\\ud83d alone at character 2");
  }

  @Test
  void aLabelIsTrueOrFalseOneOrZero() throws Exception {
    for (String yes : new String[] {"true", "1", "1.0"}) {
      assertThat(unpaired(yes)).isEqualTo(new TextRow.Unpaired("p", "c", true));
    }
    for (String no : new String[] {"false", "0", "0.0"}) {
      assertThat(unpaired(no)).isEqualTo(new TextRow.Unpaired("p", "c", false));
    }
    assertThat(unpaired("1").id()).isNotEqualTo(unpaired("0").id());
    assertThat(unpaired("1").id()).isNotEqualTo(new TextRow.Completion("p", "c").id());
    for (String wrong : new String[] {"2", "-1", "0.5", "'true'", "[true]"}) {
      expectLabel(wrong, Reason.WRONG_TYPE)
          .contains("in label: found ", "expected true or false, 1 or 0", "--kind completions");
    }
    expectLabel("null", Reason.NULL_VALUE);
    expect(RowKind.UNPAIRED, "{'prompt':'p','completion':'c'}", Reason.MISSING_COLUMN)
        .contains("in label", "expected unpaired (prompt, completion, label)");
  }

  @Test
  void optionalNumbersAreReadOrRefused() throws Exception {
    assertThat(numbers("{'weight':2,'margin_a_chosen':-1.5,'margin_a_rejected':7e2}"))
        .containsExactly(2.0, -1.5, 700.0);
    assertThat(numbers("{'margin_b_chosen':1}")).containsExactly(null, null, null);
    expectNumbers("{'margin_a_rejected':1}", Reason.MISSING_COLUMN)
        .isEqualTo(
            "missing_column in margin_a_chosen: found only the margin's other side, expected both sides, or none");
    expectNumbers("{'margin_a_chosen':1}", Reason.MISSING_COLUMN).contains("margin_a_rejected");
    expectNumbers("{'margin_a_chosen':null,'margin_a_rejected':1}", Reason.NULL_VALUE);
    expectNumbers("{'margin_a_chosen':'NaN','margin_a_rejected':1}", Reason.WRONG_TYPE)
        .contains("in margin_a_chosen: found string \"NaN\", expected a finite number");
    expectNumbers("{'margin_a_chosen':1,'margin_a_rejected':1e999}", Reason.OUT_OF_RANGE)
        .contains("in margin_a_rejected");
    for (String weight : new String[] {"0", "-1", "-0.0", "1e999", "1e-999"}) {
      expectNumbers("{'weight':" + weight + "}", Reason.OUT_OF_RANGE)
          .contains("in weight: found number", "expected a finite number above 0");
    }
    expectNumbers("{'weight':true}", Reason.WRONG_TYPE);
  }

  @Test
  void conversationsAreRefusedByName() throws IOException {
    String messages = "[{'role':'user','content':'Hi'}]";
    expect(
        RowKind.PAIRS,
        "{'prompt':" + messages + ",'chosen':'a','rejected':'b'}",
        Reason.CONVERSATIONAL);
    expect(RowKind.TEXT, "{'messages':" + messages + "}", Reason.CONVERSATIONAL)
        .contains("chat template");
    expect(RowKind.TEXT, "{'conversations':[]}", Reason.CONVERSATIONAL);
    expect(
        RowKind.TRANSCRIPTS,
        "{'chosen':[{'from':'human','value':'Hi'}],'rejected':[]}",
        Reason.CONVERSATIONAL);
  }

  @Test
  void transcriptsAreSplitAtTheLastAssistantTurn() throws Exception {
    String prompt = "\n\nHuman: Is it?\n\nAssistant: Yes.\n\nHuman: Why?\n\nAssistant:";
    assertThat(split(prompt + " I think so.", prompt + " I think not."))
        .isEqualTo(new TextRow.Pair(prompt, " I think so.", " I think not."));
    String early = prompt.replace("Yes", "No");
    expectSplit(Reason.DIVERGES_EARLY, prompt + " A", early + " B");
    expectSplit(Reason.DIVERGES_EARLY, prompt + " A", "\n\nHuman: Is it?\n\nAssistant: No");
    expectSplit(Reason.DIVERGES_EARLY, prompt + " A", "plain text");
    expectSplit(Reason.NO_ASSISTANT_TURN, "\n\nHuman: a", "\n\nHuman: b");
    expectSplit(Reason.NO_ANSWER, prompt, prompt + " B");
  }

  @Test
  void otherTextsAreSplitWhereTheyDiffer() throws Exception {
    assertThat(split("one two three", "one two four"))
        .isEqualTo(new TextRow.Pair("one two", " three", " four"));
    assertThat(split("My colour", "My column")).isEqualTo(new TextRow.Pair("My col", "our", "umn"));
    assertThat(split("Yes indeed ", "No")).isEqualTo(new TextRow.Pair("", "Yes indeed ", "No"));
    assertThat(split("Ok \ud83d\udc4d\ud83c\udffd", "Ok \ud83d\udc4d\ud83c\udffe"))
        .as("a surrogate pair stays whole")
        .isEqualTo(new TextRow.Pair("Ok \ud83d\udc4d", "\ud83c\udffd", "\ud83c\udffe"));
    expectSplit(Reason.NO_ANSWER, "Hello there friend", "Hello there");
    expectSplit(Reason.NO_ANSWER, "A ", "A b");
  }

  @Test
  void anIdIsOfTheContent() throws Exception {
    TextRow split = split("\n\nHuman: a\n\nAssistant: b", "\n\nHuman: a\n\nAssistant: c");
    TextRow pair = new TextRow.Pair("\n\nHuman: a\n\nAssistant:", " b", " c");
    assertThat(split.id()).isEqualTo(pair.id()).matches("[0-9a-f]{32}");
    assertThat(new TextRow.Pair("ab", "c", "d").id())
        .isNotEqualTo(new TextRow.Pair("a", "bc", "d").id());
    assertThat(new TextRow.Pair("p", "c", "d").id())
        .isNotEqualTo(new TextRow.Pair("p", "d", "c").id());
    assertThat(new TextRow.Document("a").id()).isNotEqualTo(new TextRow.Completion("", "a").id());
  }

  /** Counts that the data set's own description states. */
  @Test
  void hhRlhf() {
    assertThat(count("helpful-base-test.jsonl.gz"))
        .isEqualTo(Map.of("split", 2343, "tie", 2, "diverges_early", 9));
    assertThat(count("harmless-base-test.jsonl.gz"))
        .isEqualTo(Map.of("split", 2307, "diverges_early", 5));
  }

  private static Map<String, Integer> count(String file) {
    Map<String, Integer> counts = new TreeMap<>();
    for (JsonRow row : JsonRows.readAll(List.of(Shared.path("data/hh-rlhf/" + file)))) {
      ObjectNode object = ((JsonRow.Good) row).object();
      try {
        TextRow.Pair pair = (TextRow.Pair) new RowParser(RowKind.TRANSCRIPTS).parse(object);
        assertThat(pair.prompt()).endsWith("\n\nAssistant:");
        assertThat(pair.prompt() + pair.chosen()).isEqualTo(object.get("chosen").textValue());
        assertThat(pair.prompt() + pair.rejected()).isEqualTo(object.get("rejected").textValue());
        assertThat(pair.chosen()).doesNotContain("\n\nAssistant:");
        counts.merge("split", 1, Integer::sum);
      } catch (BadRow e) {
        counts.merge(e.fault().reason().key(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private static TextRow split(String chosen, String rejected) throws BadRow {
    return new RowParser(RowKind.TRANSCRIPTS)
        .parse(JSON.createObjectNode().put("chosen", chosen).put("rejected", rejected));
  }

  private static void expectSplit(Reason reason, String chosen, String rejected) {
    BadRow bad = catchThrowableOfType(BadRow.class, () -> split(chosen, rejected));
    assertThat(bad.fault().reason()).isEqualTo(reason);
  }

  private static TextRow unpaired(String label) throws IOException, BadRow {
    ObjectNode object = JSON.createObjectNode().put("prompt", "p").put("completion", "c");
    return new RowParser(RowKind.UNPAIRED).parse(object.set("label", JSON.readTree(label)));
  }

  private static AbstractStringAssert<?> expectLabel(String label, Reason reason)
      throws IOException {
    return expect(
        RowKind.UNPAIRED, "{'prompt':'p','completion':'c','label':" + label + "}", reason);
  }

  private static List<Double> numbers(String json) throws IOException, BadRow {
    ObjectNode object = (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    return new RowParser(RowKind.PAIRS)
        .numbers(object, List.of("weight", "margin_a_chosen", "margin_a_rejected"));
  }

  private static AbstractStringAssert<?> expectNumbers(String json, Reason reason) {
    BadRow bad = catchThrowableOfType(BadRow.class, () -> numbers(json));
    assertThat(bad).as(json).isNotNull();
    assertThat(bad.fault().reason()).as(json).isEqualTo(reason);
    return assertThat(bad.fault().toString()).as(json);
  }

  private static AbstractStringAssert<?> expect(RowKind kind, String json, Reason reason)
      throws IOException {
    ObjectNode object = (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    BadRow bad = catchThrowableOfType(BadRow.class, () -> new RowParser(kind).parse(object));
    assertThat(bad).as(json).isNotNull();
    assertThat(bad.fault().reason()).as(json).isEqualTo(reason);
    return assertThat(bad.fault().toString()).as(json).doesNotContain("\n");
  }
}
