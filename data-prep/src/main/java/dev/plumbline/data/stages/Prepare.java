package dev.plumbline.data.stages;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.read.PreparedFolder;
import dev.plumbline.data.rows.Columns;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.text.TextTokenizer;
import dev.plumbline.lm.text.TokenizerFiles;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Prepares raw rows for training: reads, parses, splits, tokenises and writes them. The output is a
 * folder that {@link PreparedFolder} opens:
 *
 * <pre>
 * train/part-00000.parquet ...       rows for training, in the order of the inputs
 * validation/part-00000.parquet ...  rows set apart, if asked for
 * quarantine.jsonl                   bad rows: file, line, reason, what was found and expected
 * manifest.json                      counts, options, hashes, versions
 * </pre>
 *
 * <p>The same inputs, options and versions give the same rows in the same files, and the same bytes
 * of the last two, whatever the number of cores.
 */
public final class Prepare {
  private final SparkSession spark;
  private final PrepareOptions options;
  private final Configuration hadoop;

  private Prepare(SparkSession spark, PrepareOptions options) {
    this.spark = spark;
    this.options = options;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  /**
   * Runs on a session that the caller owns.
   *
   * @return the manifest that was written
   * @throws PlumblineException in one line what cannot be read or written, or why no row is left;
   *     nothing is left behind then
   */
  public static Manifest run(SparkSession spark, PrepareOptions options) {
    OutputFolder output = null;
    try {
      Prepare prepare = new Prepare(spark, options);
      output = OutputFolder.open(options.output(), options.overwrite(), prepare.hadoop);
      Manifest manifest = prepare.write(output);
      output.commit();
      return manifest;
    } catch (Exception e) {
      if (output != null) {
        output.abandon();
      }
      throw Failures.of("cannot prepare " + options.output(), e);
    }
  }

  private Manifest write(OutputFolder output) throws IOException {
    TokenizerFiles files = TokenizerLoader.read(options.tokenizer(), hadoop);
    try (TextTokenizer tokenizer = TextTokenizer.of(files)) {
      tokenizer.requireEos();
      Broadcast<SerializableConfiguration> configuration =
          SerializableConfiguration.broadcast(spark.sparkContext(), hadoop);
      Inspection inspection =
          Inspect.run(spark, InputFile.find(options.inputs(), hadoop), configuration);
      RowKind kind = inspection.kind(options.kind());
      List<String> numbers = inspection.numbers(kind);
      Dataset<Row> rows =
          tokenized(inspection, kind, numbers, configuration, files, tokenizer.hash())
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        Manifest manifest =
            new Counts(rows, kind, numbers).manifest(options, inspection, tokenizer, spark);
        requireRows(manifest, rows, inspection);
        writeRows(output, rows, Schemas.prepared(kind, numbers));
        output.write(Manifest.FILE, manifest.toJson() + "\n");
        return manifest;
      } finally {
        rows.unpersist();
      }
    }
  }

  private Dataset<Row> tokenized(
      Inspection inspection,
      RowKind kind,
      List<String> numbers,
      Broadcast<SerializableConfiguration> configuration,
      TokenizerFiles files,
      String tokenizerHash) {
    Broadcast<TokenizerFiles> tokenizer =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(files);
    Dataset<Row> raw = ReadRows.apply(spark, inspection, configuration);
    Dataset<Row> text = ParseRows.apply(raw, kind, numbers);
    Dataset<Row> split = SplitRows.apply(text, kind, options.validationShare(), options.seed());
    return TokenizeRows.apply(split, kind, numbers, tokenizer, tokenizerHash, options.truncation());
  }

  private void writeRows(OutputFolder output, Dataset<Row> rows, List<String> columns)
      throws IOException {
    writeSplit(output, rows, columns, PreparedFolder.TRAIN);
    if (options.validationShare() > 0) {
      writeSplit(output, rows, columns, PreparedFolder.VALIDATION);
    }
    output.writeLines(PreparedFolder.QUARANTINE, quarantined(rows));
  }

  private static void writeSplit(
      OutputFolder output, Dataset<Row> rows, List<String> columns, String split)
      throws IOException {
    Dataset<Row> good = rows.filter(col(Schemas.REASON).isNull());
    output.writeParquet(
        split, good.filter(col(Schemas.SPLIT).equalTo(split)).select(columns(columns)));
  }

  /** The bad rows as JSON in one partition, in the order of the inputs. */
  private static Dataset<String> quarantined(Dataset<Row> rows) {
    return rows.filter(col(Schemas.REASON).isNotNull())
        .coalesce(1)
        .sortWithinPartitions(Schemas.FILE, Columns.LINE)
        .select(to_json(struct(columns(Schemas.quarantine()))))
        .as(Encoders.STRING());
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  private void requireRows(Manifest manifest, Dataset<Row> rows, Inspection inspection) {
    if (manifest.rows().tokenized() == 0) {
      throw new PlumblineException(
          "none of the %d rows of %s can be used (%s); the first: %s"
              .formatted(
                  manifest.rows().read(),
                  inspection.names(),
                  manifest.quarantine(),
                  quarantined(rows).first()));
    }
    if (manifest.rows().train() == 0) {
      throw new PlumblineException(
          "validation_share %s leaves no row for training; lower it"
              .formatted(options.validationShare()));
    }
    if (options.validationShare() > 0 && manifest.rows().validation() == 0) {
      throw new PlumblineException(
          "validation_share %s of %d rows leaves none for validation; raise it or give more rows"
              .formatted(options.validationShare(), manifest.rows().tokenized()));
    }
  }
}
