package dev.plumbline.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.data.synthetic.ErrandTask.Demonstration;
import dev.plumbline.lm.text.Boundary;
import dev.plumbline.lm.text.TextTokenizer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrandTokenizerTest {
  private static final int END = 0;
  private static final int UNKNOWN = 2;

  @TempDir private Path folder;
  private TextTokenizer tokenizer;

  @BeforeEach
  void load() {
    ErrandTokenizer.write(folder);
    tokenizer = TextTokenizer.load(folder);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void everyTextOfTheTaskComesBackAsItWas() {
    Boundary boundary = new Boundary(tokenizer);
    for (Demonstration row : new ErrandTask(1).demonstrations(Split.TRAIN, 500)) {
      String text = row.prompt() + row.completion();
      int[] ids = encode(text);
      assertThat(ids).doesNotContain(UNKNOWN);
      assertThat(tokenizer.decode(ids, false)).isEqualTo(text);
      int[] prompt = boundary.prompt(row.prompt());
      Boundary.Completion completion = boundary.completion(row.prompt(), prompt, row.completion());
      assertThat(completion.agrees()).isTrue();
      assertThat(completion.ids()).hasSize(ids.length - prompt.length + 1).endsWith(END);
      assertThat(tokenizer.decode(completion.ids(), true)).isEqualTo(row.completion());
    }
  }

  @Test
  void aWordIsAToken() {
    assertThat(encode("write to Anna: bring three boxes of apples to the station on Friday\n"))
        .hasSize(15);
    assertThat(encode("Hello Anna! Thank you!")).hasSize(6);
    assertThat(encode(" zebra")).containsExactly(UNKNOWN);
    assertThat(encode(ErrandTokenizer.END)).containsExactly(END);
  }

  @Test
  void saysHowManyIdsThereAreAndWhichEnds() {
    assertThat(ErrandTokenizer.vocabularySize())
        .isEqualTo(117)
        .isEqualTo(tokenizer.vocabularySize());
    assertThat(tokenizer.eos()).hasValue(END);
    assertThat(tokenizer.pad()).hasValue(1);
    assertThat(tokenizer.bos()).isEmpty();
    assertThat(tokenizer.stopIds()).containsExactly(END);
  }

  private int[] encode(String text) {
    return tokenizer.encode(text, false);
  }
}
