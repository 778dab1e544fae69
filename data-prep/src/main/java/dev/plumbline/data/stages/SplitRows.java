package dev.plumbline.data.stages;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.plumbline.data.read.PreparedFolder;
import dev.plumbline.data.rows.RowKind;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Sets some prompts apart for validation, each with all its rows: those whose hash, with the seed,
 * falls into the share. A row's side depends on nothing but its prompt and the seed.
 */
final class SplitRows {
  private static final int UNUSED_BITS = Long.SIZE - 53;

  private SplitRows() {}

  static Dataset<Row> apply(Dataset<Row> rows, RowKind kind, double share, long seed) {
    Column hash = xxhash64(lit(seed), col(Schemas.promptColumn(kind)));
    Column place = shiftrightunsigned(hash, UNUSED_BITS).divide(lit(0x1p53)); // uniform in [0, 1)
    Column split =
        when(place.lt(share), lit(PreparedFolder.VALIDATION)).otherwise(lit(PreparedFolder.TRAIN));
    return rows.withColumn(Schemas.SPLIT, split);
  }
}
