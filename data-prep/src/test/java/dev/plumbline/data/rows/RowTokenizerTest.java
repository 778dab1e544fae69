package dev.plumbline.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.text.Boundary;
import dev.plumbline.lm.text.TextTokenizer;
import dev.plumbline.lm.text.Truncation;
import dev.plumbline.lm.text.Truncation.Mode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RowTokenizerTest {
  private final TextTokenizer bytes = TextTokenizer.load(Golden.folder("tokenizers/bytes"));
  private final TextTokenizer words = TextTokenizer.load(Golden.folder("tokenizers/words"));

  @AfterEach
  void close() {
    bytes.close();
    words.close();
  }

  @Test
  void aPair() throws BadRow {
    TokenRow row = tokenize(words, 0, new TextRow.Pair("The sky is", " blue.", " grey"));
    assertThat(words.decode(row.prompt(), false)).isEqualTo("[bos] the sky is");
    assertThat(words.decode(row.completions().get(0), false)).isEqualTo("blue . [eos]");
    assertThat(words.decode(row.completions().get(1), false)).isEqualTo("grey [eos]");
    assertThat(row.agrees()).isTrue();
    assertThat(row.typedEos()).isFalse();
    assertThat(row.cutTokens() + row.lostEos()).isZero();
  }

  @Test
  void aPairIsMarkedIfEitherSideMerges() throws BadRow {
    assertThat(tokenize(bytes, 0, new TextRow.Pair("Count: 1", "23", " 2")).agrees()).isFalse();
    assertThat(tokenize(bytes, 0, new TextRow.Pair("Count: 1", " 2", "23")).agrees()).isFalse();
    assertThat(tokenize(bytes, 0, new TextRow.Pair("Count: 1", " 2", " 3")).agrees()).isTrue();
  }

  @Test
  void aDocumentGivesItsFirstTokenAndLearnsTheOthers() throws BadRow {
    TokenRow row = tokenize(words, 0, new TextRow.Document("the sky"));
    assertThat(row.prompt()).containsExactly(words.prefix());
    assertThat(words.decode(row.completions().get(0), false)).isEqualTo("the sky [eos]");
    assertThat(tokenize(bytes, 0, new TextRow.Document("a")).completions().get(0))
        .containsExactly(bytes.requireEos());
    TokenRow cut = tokenize(words, 3, new TextRow.Document("the sky is blue"));
    assertThat(words.decode(cut.completions().get(0), false)).isEqualTo("the sky");
    assertThat(cut.cutTokens()).isEqualTo(3);
    assertThat(cut.lostEos()).isEqualTo(1);
  }

  @Test
  void aTypedEosIsCounted() throws BadRow {
    assertThat(tokenize(words, 0, new TextRow.Completion("the", "sky[eos] ")).typedEos()).isTrue();
    assertThat(tokenize(words, 0, new TextRow.Document("sky[eos]")).typedEos()).isTrue();
  }

  @Test
  void rowsFromWhichNothingCanBeLearnedAreRefused() {
    refuse(bytes, 0, new TextRow.Completion("", "hello"), Reason.EMPTY_PROMPT);
    refuse(words, 0, new TextRow.Pair("the", "sky", "SKY"), Reason.TIE);
    refuse(words, 3, new TextRow.Completion("the sky", "is"), Reason.PROMPT_TOO_LONG);
    refuse(words, 3, new TextRow.Pair("the", "sky is", "sky grey"), Reason.TIE_AFTER_TRUNCATION);
    refuse(words, 1, new TextRow.Document("the sky"), Reason.PROMPT_TOO_LONG);
    RowTokenizer keepEnd = new RowTokenizer(new Boundary(words), new Truncation(3, Mode.KEEP_END));
    BadRow bad =
        catchThrowableOfType(
            BadRow.class, () -> keepEnd.tokenize(new TextRow.Completion("the", "sky is blue")));
    assertThat(bad.fault().reason()).isEqualTo(Reason.COMPLETION_TOO_LONG);
    assertThat(bad.fault().toString()).contains("an answer of 4 tokens", "max_length = 3");
  }

  @Test
  void longRowsAreDroppedWhole() throws BadRow {
    RowTokenizer drop = new RowTokenizer(new Boundary(words), new Truncation(5, Mode.DROP));
    TextRow fits = new TextRow.Pair("the", "sky is", "sky");
    assertThat(drop.tokenize(fits)).usingRecursiveComparison().isEqualTo(tokenize(words, 0, fits));
    for (TextRow row :
        List.of(
            new TextRow.Pair("the", "sky", "sky is blue"),
            new TextRow.Document("the sky is blue"))) {
      BadRow bad = catchThrowableOfType(BadRow.class, () -> drop.tokenize(row));
      assertThat(bad.fault().reason()).isEqualTo(Reason.ROW_TOO_LONG);
      assertThat(bad.fault().toString()).contains("6 tokens", "at most max_length = 5");
    }
  }

  private static void refuse(TextTokenizer tokenizer, int maxLength, TextRow row, Reason reason) {
    BadRow bad = catchThrowableOfType(BadRow.class, () -> tokenize(tokenizer, maxLength, row));
    assertThat(bad).as(row.toString()).isNotNull();
    assertThat(bad.fault().reason()).as(row.toString()).isEqualTo(reason);
  }

  private static TokenRow tokenize(TextTokenizer tokenizer, int maxLength, TextRow row)
      throws BadRow {
    Truncation truncation = new Truncation(maxLength, Mode.KEEP_START);
    return new RowTokenizer(new Boundary(tokenizer), truncation).tokenize(row);
  }
}
