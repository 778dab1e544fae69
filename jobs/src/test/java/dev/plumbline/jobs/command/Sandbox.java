package dev.plumbline.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.data.rows.RowKind;
import dev.plumbline.data.stages.Prepare;
import dev.plumbline.data.stages.PrepareOptions;
import dev.plumbline.data.synthetic.ErrandFiles;
import dev.plumbline.lm.text.Truncation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * A small task, a small model and its prepared rows, made once a JVM, and commands that run on
 * them.
 */
final class Sandbox {
  private static final Path ROOT = root();

  static final ErrandFiles TASK = task();
  static final Path MODEL = model();
  static final Path DEMONSTRATIONS = prepared(TASK.demonstrations(), RowKind.COMPLETIONS);
  static final Path PAIRS = prepared(TASK.pairs(), RowKind.PAIRS);

  private Sandbox() {}

  /**
   * What a command did.
   *
   * @param code its exit code
   * @param out what it wrote to stdout
   * @param err what it wrote to stderr
   */
  record Ended(int code, String out, String err) {

    /** It failed with this exit code, and said so in one line that holds these texts. */
    void refused(int expected, String... texts) {
      assertThat(code).as(err).isEqualTo(expected);
      assertThat(err.lines().findFirst().orElse("")).startsWith("plumbline: ").contains(texts);
      assertThat(err).doesNotContain("\tat ", "this is a bug");
      assertThat(out).isEmpty();
    }

    /** It was done. */
    Ended done() {
      assertThat(code).as(err).isZero();
      return this;
    }
  }

  /** Runs {@code plumbline} in this JVM. */
  static Ended run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        PlumblineCommand.line()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
    return new Ended(code, out.toString(), err.toString());
  }

  /** Trains by a method. */
  static Ended train(String method, Path model, Path data, Path output, Object... more) {
    return run(
        Stream.concat(
                Stream.of("train", method, "--model", model, "--data", data, "--output", output),
                Arrays.stream(more))
            .toArray());
  }

  /** Cross-validates DPO on the pairs. */
  static Ended crossValidate(Path model, Path output, Object... more) {
    return run(
        Stream.concat(
                Stream.of("eval", "cross-validate", "dpo", "--model", model),
                Stream.concat(Stream.of("--data", PAIRS, "--output", output), Arrays.stream(more)))
            .toArray());
  }

  /** A copy of the model, to be damaged. */
  static Path copyOfModel(Path parent) throws IOException {
    Path copy = Files.createTempDirectory(parent, "model");
    for (String name :
        List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(MODEL.resolve(name), copy.resolve(name));
    }
    return copy;
  }

  private static Path root() {
    try {
      Path root = Files.createTempDirectory("sandbox");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(root)));
      return root;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ErrandFiles task() {
    try {
      ErrandFiles task = new ErrandFiles(Files.createDirectory(ROOT.resolve("task")));
      task.write(new ErrandFiles.Sizes(64, 60, 8), 1);
      return task;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path model() {
    Path model = ROOT.resolve("model");
    run(
            "init",
            "--tokenizer",
            TASK.folder(),
            "--output",
            model,
            "--hidden-size",
            "32",
            "--layers",
            "2",
            "--heads",
            "2",
            "--intermediate-size",
            "48",
            "--max-positions",
            "128")
        .done();
    return model;
  }

  private static Path prepared(Path rows, RowKind kind) {
    Path output = ROOT.resolve("prepared").resolve(kind.name());
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 1)
            .getOrCreate();
    Prepare.run(
        spark,
        new PrepareOptions(
            List.of(rows.toString()),
            output.toString(),
            MODEL.toString(),
            Optional.of(kind),
            new Truncation(0, Truncation.Mode.KEEP_START),
            0.2,
            0,
            false));
    return output;
  }

  private static void delete(Path root) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure)
                throws IOException {
              Files.delete(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // A test's leftovers: the system's temporary folder is theirs.
    }
  }
}
