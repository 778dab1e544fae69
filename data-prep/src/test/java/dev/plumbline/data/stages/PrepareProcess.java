package dev.plumbline.data.stages;

import dev.plumbline.data.testing.LocalSpark;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * A run in a JVM of its own, with a master of its own, that can be killed. On a {@link SmallDisk}
 * it stalls when 100 kB are written.
 */
final class PrepareProcess {
  private PrepareProcess() {}

  static Process start(String master, Path input, String output, Path tokenizer)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(PrepareProcess.class.getName());
    command.addAll(List.of(master, input.toString(), output, tokenizer.toString()));
    return new ProcessBuilder(command).inheritIO().start();
  }

  /** Takes the master, the input, the output and the tokenizer. */
  public static void main(String[] args) throws IOException {
    try (SparkSession spark = LocalSpark.builder(args[0]).getOrCreate()) {
      SmallDisk.mountStalling(spark.sparkContext().hadoopConfiguration(), 100_000);
      Prepare.run(spark, PrepareOptions.of(List.of(args[1]), args[2], args[3]));
    }
  }
}
