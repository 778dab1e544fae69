package dev.plumbline.lm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.text.Truncation.Kept;
import dev.plumbline.lm.text.Truncation.Mode;
import dev.plumbline.lm.text.Truncation.Refused;
import org.junit.jupiter.api.Test;

class TruncationTest {
  private static final int[] PROMPT = {1, 2, 3};
  private static final int[] SHORT = {4, 9};
  private static final int[] LONG = {5, 6, 7, 8, 9};

  @Test
  void whatFitsIsKeptWhole() {
    for (int length : new int[] {0, 8, 100}) {
      for (Mode mode : Mode.values()) {
        Kept kept = (Kept) new Truncation(length, mode).cut(PROMPT, SHORT, LONG);
        assertThat(kept.prompt()).isEqualTo(PROMPT);
        assertThat(kept.completions()).containsExactly(SHORT, LONG);
        assertThat(kept.cutTokens()).isZero();
        assertThat(kept.lostEos()).isZero();
      }
    }
  }

  @Test
  void keepStartCutsTheEndsOfCompletionsWithTheirEos() {
    Kept kept = (Kept) new Truncation(6, Mode.KEEP_START).cut(PROMPT, SHORT, LONG);
    assertThat(kept.prompt()).isEqualTo(PROMPT);
    assertThat(kept.completions().get(0)).isEqualTo(SHORT);
    assertThat(kept.completions().get(1)).containsExactly(5, 6, 7);
    assertThat(kept.cutTokens()).isEqualTo(2);
    assertThat(kept.lostEos()).isEqualTo(1);
    Kept both = (Kept) new Truncation(4, Mode.KEEP_START).cut(PROMPT, SHORT, LONG);
    assertThat(both.cutTokens()).isEqualTo(5);
    assertThat(both.lostEos()).isEqualTo(2);
  }

  @Test
  void keepStartRefusesAPromptThatLeavesNoRoom() {
    assertThat(new Truncation(3, Mode.KEEP_START).cut(PROMPT, SHORT))
        .isEqualTo(Refused.PROMPT_TOO_LONG);
    assertThat(new Truncation(4, Mode.KEEP_START).cut(PROMPT, SHORT)).isInstanceOf(Kept.class);
  }

  @Test
  void keepEndCutsTheStartOfThePromptForAllCompletionsAlike() {
    Kept kept = (Kept) new Truncation(6, Mode.KEEP_END).cut(PROMPT, SHORT, LONG);
    assertThat(kept.prompt()).containsExactly(3);
    assertThat(kept.completions()).containsExactly(SHORT, LONG);
    assertThat(kept.cutTokens()).isEqualTo(2);
    assertThat(kept.lostEos()).isZero();
    assertThat(new Truncation(5, Mode.KEEP_END).cut(PROMPT, SHORT, LONG))
        .isEqualTo(Refused.COMPLETION_TOO_LONG);
  }

  @Test
  void aDocumentIsCutAtEitherEnd() {
    assertThat(new Truncation(2, Mode.KEEP_START).cutDocument(LONG)).containsExactly(5, 6);
    assertThat(new Truncation(2, Mode.KEEP_END).cutDocument(LONG)).containsExactly(8, 9);
    assertThat(new Truncation(0, Mode.KEEP_END).cutDocument(LONG)).isEqualTo(LONG);
    assertThat(new Truncation(5, Mode.KEEP_START).cutDocument(LONG)).isEqualTo(LONG);
  }

  @Test
  void aNegativeLengthIsAUsageError() {
    assertThatThrownBy(() -> new Truncation(-1, Mode.KEEP_START))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("max_length is -1");
  }
}
