package dev.plumbline.data.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.read.PreparedFolder;
import dev.plumbline.data.testing.LocalSpark;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareCrashTest {
  private static final Path TOKENIZER = Golden.folder("tokenizers/words");

  @TempDir Path folder;

  @Test
  void aKilledRunLeavesNothingThatLooksWholeAndTheNextOneCleansUp() throws Exception {
    Path input = folder.resolve("in.jsonl");
    GeneratedRows.write(input, 10_000);
    Path output = folder.resolve("out");
    Path partial = folder.resolve(".out.partial");
    Process run = PrepareProcess.start("local[2]", input, smallDisk(output), TOKENIZER);
    while (run.isAlive() && !holdsFiles(partial)) {
      Thread.sleep(5);
    }
    run.destroyForcibly();
    run.waitFor();
    assertThat(holdsFiles(partial)).as("killed while it was writing").isTrue();
    assertThat(output).doesNotExist();

    GeneratedRows.write(input, 100);
    Prepare.run(LocalSpark.session(), options(input, output.toString()));
    assertThat(partial).doesNotExist();
    assertThat(PreparedFolder.open(output).manifest().rows().read()).isEqualTo(100);
  }

  @Test
  void anotherNumberOfCoresWritesTheSame() throws Exception {
    Path input = folder.resolve("in.jsonl");
    GeneratedRows.write(input, 2 * ReadRows.ROWS_PER_SHARD + 500);
    Process one =
        PrepareProcess.start("local[1]", input, folder.resolve("one").toString(), TOKENIZER);
    Prepare.run(LocalSpark.session(), options(input, folder.resolve("two").toString()));
    assertThat(one.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(one.exitValue()).isZero();
    for (String file : List.of(Manifest.FILE, PreparedFolder.QUARANTINE)) {
      assertThat(folder.resolve("one").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("two").resolve(file));
    }
    PreparedFolder first = PreparedFolder.open(folder.resolve("one"));
    PreparedFolder second = PreparedFolder.open(folder.resolve("two"));
    assertThat(first.dataHash()).isEqualTo(second.dataHash());
    assertThat(folder.resolve("one/train/part-00002.parquet")).exists();
    assertThat(folder.resolve("two/train/part-00002.parquet")).exists();
  }

  @Test
  void aFullDiskIsNamedAndLeavesNothing() throws IOException {
    Path input = folder.resolve("in.jsonl");
    GeneratedRows.write(input, 10_000);
    Path output = folder.resolve("out");
    String uri = smallDisk(output);
    for (long room : new long[] {0, 100_000}) {
      SmallDisk.mount(LocalSpark.session().sparkContext().hadoopConfiguration(), room);
      assertThatThrownBy(() -> Prepare.run(LocalSpark.session(), options(input, uri)))
          .isInstanceOf(PlumblineException.class)
          .hasMessageContainingAll(
              "cannot prepare " + uri, "No space left on device", "check the disk")
          .message()
          .doesNotContain("\n");
      try (Stream<Path> left = Files.list(folder)) {
        assertThat(left).containsExactly(input);
      }
    }
    SmallDisk.mount(LocalSpark.session().sparkContext().hadoopConfiguration(), 10_000_000);
    Prepare.run(LocalSpark.session(), options(input, uri));
    assertThat(PreparedFolder.open(output).pairs()).isNotEmpty();
  }

  /** The flags in the parent pom are Spark's own. */
  @Test
  void thisJvmHasSparksFlags() {
    assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments())
        .containsAll(
            Stream.of(JavaModuleOptions.defaultModuleOptionArray())
                .filter(option -> !option.isBlank())
                .toList());
  }

  private static String smallDisk(Path output) {
    return SmallDisk.SCHEME + "://" + output;
  }

  private static PrepareOptions options(Path input, String output) {
    return PrepareOptions.of(List.of(input.toString()), output, TOKENIZER.toString());
  }

  private static boolean holdsFiles(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      return files.anyMatch(Files::isRegularFile);
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }
}
