package dev.plumbline.jobs.spark;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.stages.Prepare;
import dev.plumbline.data.stages.PrepareOptions;
import dev.plumbline.jobs.command.CommandLines;
import dev.plumbline.jobs.command.Oracles;
import dev.plumbline.jobs.command.PrepareCommand;
import org.apache.spark.sql.SparkSession;

/**
 * The main of {@code spark-submit} that prepares raw rows; {@code plumbline prepare} runs it in
 * local mode. The master is spark-submit's.
 */
public final class PrepareJob {
  private PrepareJob() {}

  /** Runs and exits: 0 done, 1 failure, 2 usage. */
  public static void main(String[] arguments) {
    CommandLines.exit(CommandLines.of(new PrepareCommand(PrepareJob::run)), arguments);
  }

  private static Manifest run(PrepareOptions options) {
    SparkSession spark =
        SparkSession.builder()
            .appName("plumbline prepare")
            // Plans with all optional columns are longer than what Spark shows without a warning.
            .config("spark.sql.debug.maxToStringFields", 1000)
            .getOrCreate();
    try {
      return Prepare.run(spark, options, Oracles::all);
    } finally {
      spark.stop();
    }
  }
}
