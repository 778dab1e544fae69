package dev.plumbline.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
  @TempDir Path folder;

  @Test
  void goesOnWhereItWasCut() throws IOException {
    Path file = folder.resolve("a.jsonl");
    long kept;
    try (JsonLines lines = new JsonLines(file)) {
      lines.write(Map.of("step", 1));
      kept = lines.sync();
      lines.write(Map.of("step", 2));
    }
    try (JsonLines lines = new JsonLines(file)) {
      lines.cutTo(kept);
      lines.write(Map.of("step", 3));
    }
    assertThat(file).hasContent("{\"step\":1}\n{\"step\":3}\n");
  }

  @Test
  void aLineThatWasNotWrittenToItsEndIsForgotten() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"step\":1}\n{\"st");
    try (JsonLines lines = new JsonLines(file)) {
      lines.cutPartialLine();
      lines.write(Map.of("step", 2));
    }
    assertThat(file).hasContent("{\"step\":1}\n{\"step\":2}\n");
  }

  @Test
  void aFileThatLostLinesIsAnError() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "{}\n");
    try (JsonLines lines = new JsonLines(file)) {
      assertThatThrownBy(() -> lines.cutTo(10))
          .isExactlyInstanceOf(PlumblineException.class)
          .hasMessage(
              file
                  + " has 3 bytes, but its checkpoint was made when it had 10; put the file back, or"
                  + " start a new run");
    }
  }
}
