package dev.plumbline.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.io.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that are killed (SIGKILL, in a JVM of their own) and go on end exactly as one that was left
 * alone: weights, optimiser state, metrics and manifest, byte for byte.
 */
class KilledRunTest {
  private static final long PATIENCE_SECONDS = 120;

  @TempDir static Path folder;
  private static Path undisturbed;

  @BeforeAll
  static void leaveOneAlone() throws Exception {
    undisturbed = folder.resolve("undisturbed");
    finish(ChildRun.start(undisturbed, "start", "through"), undisturbed, 0);
    assertThat(undisturbed.resolve("model")).isDirectory();
  }

  /** Step 9 lies between the checkpoints of steps 8 and 12, and in the middle of two lines. */
  @Test
  void killedBetweenTwoCheckpoints() throws Exception {
    Path run = folder.resolve("between");
    kill(ChildRun.start(run, "start", "step:9"), run);
    assertThat(checkpoints(run)).isEqualTo("step-4 step-8");
    assertThat(Files.readString(run.resolve("metrics.jsonl"))).contains("\"step\":9,");
    finish(ChildRun.start(run, "resume", "through"), run, 0);
    assertSame(run);
  }

  @Test
  void killedWhileACheckpointIsWritten() throws Exception {
    Path run = folder.resolve("within");
    kill(ChildRun.start(run, "start", "snapshot:3"), run);
    assertThat(checkpoints(run)).isEqualTo(".step-12.partial step-4 step-8");
    finish(ChildRun.start(run, "resume", "through"), run, 0);
    assertSame(run);
  }

  @Test
  void killedTwiceAndBeforeTheFirstCheckpoint() throws Exception {
    Path run = folder.resolve("twice");
    kill(ChildRun.start(run, "start", "step:3"), run);
    assertThat(run.resolve("checkpoints")).doesNotExist();
    kill(ChildRun.start(run, "resume", "step:18"), run);
    finish(ChildRun.start(run, "resume", "through"), run, 0);
    assertSame(run);
  }

  /**
   * No room for the optimiser's state: a limit on the size of a file, 64 KiB, stands for the full
   * disk. The error names the checkpoint, nothing half-written stays, and with room again the run
   * goes on.
   */
  @Test
  void noRoomForACheckpoint() throws Exception {
    Path run = folder.resolve("full");
    finish(
        ChildRun.start(run, "start", "through", "bash", "-c", "ulimit -f 64; exec \"$0\" \"$@\""),
        run,
        1);
    Path checkpoint = run.resolve("checkpoints/step-4");
    assertThat(Files.readString(ChildRun.output(run)))
        .contains("cannot write " + checkpoint + ": ")
        .contains("; check that the disk has room and the folder is writable");
    assertThat(checkpoints(run)).isEmpty();
    finish(ChildRun.start(run, "resume", "through"), run, 0);
    assertSame(run);
  }

  private static void kill(Process child, Path run) throws Exception {
    Path marker = ChildRun.marker(run);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(marker)) {
      assertThat(child.isAlive()).as(() -> output(run)).isTrue();
      assertThat(System.nanoTime()).as(() -> output(run)).isLessThan(deadline);
      Thread.sleep(20);
    }
    child.destroyForcibly().waitFor();
    Files.delete(marker);
  }

  private static void finish(Process child, Path run, int exitCode) throws Exception {
    boolean ended = child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    child.destroyForcibly();
    assertThat(ended).as(() -> output(run)).isTrue();
    assertThat(child.exitValue()).as(() -> output(run)).isEqualTo(exitCode);
  }

  private static String output(Path run) {
    try {
      return Files.readString(ChildRun.output(run));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String checkpoints(Path run) throws IOException {
    try (Stream<Path> entries = Files.list(run.resolve("checkpoints"))) {
      return String.join(
          " ",
          entries
              .map(path -> path.getFileName().toString())
              .sorted(Comparator.naturalOrder())
              .toList());
    }
  }

  private static void assertSame(Path run) throws IOException {
    assertThat(hashes(run)).isEqualTo(hashes(undisturbed));
    assertThat(run.resolve("metrics.jsonl"))
        .hasSameTextualContentAs(undisturbed.resolve("metrics.jsonl"));
  }

  /** Of everything that two runs share: not times, and not the config, which names the folder. */
  private static Map<String, String> hashes(Path run) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = run.relativize(file).toString();
        if (!name.equals("timing.jsonl")
            && !name.equals("environment.json")
            && !name.equals("config.yaml")) {
          hashes.put(name, Hashes.of(file));
        }
      }
    }
    assertThat(hashes)
        .containsKeys(
            "manifest.json",
            "metrics.jsonl",
            "model/model.safetensors",
            "checkpoints/step-20/weights.safetensors",
            "checkpoints/step-20/adamw.safetensors",
            "checkpoints/step-20/trainer.json");
    return hashes;
  }
}
