package dev.plumbline.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {

  /**
   * Started a minute ago with 10 of 100 done; 30 are done now: 20 a minute, so 3.5 minutes left.
   */
  @Test
  void linesComeFirstLastAndNowAndThen() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    long aMinuteAgo = System.nanoTime() - 60_000_000_000L;
    try (Progress lines = new Progress.Lines(out, "train", "steps", 100, 10, aMinuteAgo)) {
      lines.advance(30, "loss 0.6931");
      lines.advance(31, "too soon");
      lines.advance(100, "");
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "train: 30 of 100 steps, loss 0.6931, 0:03:30 left",
            "train: 100 of 100 steps, 0:00:00 left");
  }

  @Test
  void noneIsSilent() {
    try (Progress none = Progress.start(Progress.Mode.NONE, "train", "steps", 1, 0)) {
      none.advance(1, "");
      assertThat(none).isInstanceOf(Progress.None.class);
    }
  }
}
