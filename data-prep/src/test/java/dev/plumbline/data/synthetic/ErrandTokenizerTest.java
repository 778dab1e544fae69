package dev.plumbline.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.plumbline.data.synthetic.ErrandTask.Demonstration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrandTokenizerTest {
  private static final long UNKNOWN = 2;

  @TempDir private Path folder;
  private HuggingFaceTokenizer tokenizer;

  @BeforeEach
  void load() throws IOException {
    ErrandTokenizer.write(folder);
    tokenizer =
        HuggingFaceTokenizer.builder()
            .optTokenizerPath(folder)
            .optTruncation(false)
            .optPadding(false)
            .optAddSpecialTokens(false)
            .build();
  }

  @Test
  void everyTextOfTheTaskComesBackAsItWas() {
    for (Demonstration row : new ErrandTask(1).demonstrations(Split.TRAIN, 500)) {
      String text = row.prompt() + row.completion();
      long[] ids = encode(text);
      assertThat(ids).doesNotContain(UNKNOWN);
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
      assertThat(ids)
          .as("the boundary is a token boundary")
          .isEqualTo(
              LongStream.concat(
                      LongStream.of(encode(row.prompt())), LongStream.of(encode(row.completion())))
                  .toArray());
    }
  }

  @Test
  void aWordIsAToken() {
    assertThat(encode("write to Anna: bring three apples to the station on Friday\n")).hasSize(13);
    assertThat(encode("Hello Anna! Thank you!")).hasSize(6);
    assertThat(encode(" zebra")).containsExactly(UNKNOWN);
    assertThat(encode("<|end|>")).containsExactly(0);
    assertThat(ErrandTokenizer.vocabularySize()).isBetween(115, 130);
  }

  private long[] encode(String text) {
    return tokenizer.encode(text).getIds();
  }
}
