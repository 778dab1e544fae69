package dev.plumbline.data.stages;

import static org.apache.spark.sql.functions.col;

import dev.plumbline.data.read.RawRow;
import dev.plumbline.data.read.RawRows;
import dev.plumbline.data.rows.Columns;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Input files to numbered rows. A file is read by one task, since only the whole file tells its
 * line numbers and gzip cannot be entered in the middle; then the rows are spread over shards of
 * equal size. Which shard a row goes to depends on its place in the inputs alone, and a shard's
 * rows are in the order of the inputs, so that the output is the same on one core and on a hundred.
 */
final class ReadRows {
  /** Rows of a shard, and so of an output file. */
  static final int ROWS_PER_SHARD = 8192;

  private ReadRows() {}

  static Dataset<Row> apply(
      SparkSession spark, Inspection inspection, Broadcast<SerializableConfiguration> hadoop) {
    List<InputFile> files = inspection.files().stream().map(Inspection.Seen::file).toList();
    long[] firstRows = firstRows(inspection);
    int shards = Math.toIntExact(1 + (inspection.rows() - 1) / ROWS_PER_SHARD);
    FlatMapFunction<Long, Row> read =
        index -> {
          int file = index.intValue();
          return new FileRows(file, files.get(file), firstRows[file], hadoop);
        };
    return spark
        .range(0, files.size(), 1, files.size())
        .flatMap(read, Encoders.row(Schemas.raw()))
        .repartitionById(shards, col(Schemas.SHARD))
        .sortWithinPartitions(Schemas.FILE, Columns.LINE);
  }

  private static long[] firstRows(Inspection inspection) {
    long[] first = new long[inspection.files().size()];
    for (int file = 1; file < first.length; file++) {
      first[file] = first[file - 1] + inspection.files().get(file - 1).rows();
    }
    return first;
  }

  /** The rows of a file, open until its task ends. */
  private static final class FileRows implements Iterator<Row> {
    private final int file;
    private final String name;
    private final RawRows rows;
    private long place;

    FileRows(
        int file, InputFile input, long firstRow, Broadcast<SerializableConfiguration> hadoop) {
      this.file = file;
      this.name = input.name();
      this.rows = RawRows.open(input.open(hadoop.value().value()), name);
      this.place = firstRow;
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> rows.close());
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Row next() {
      RawRow row = rows.next();
      int shard = (int) (place++ / ROWS_PER_SHARD);
      Object[] fault = Schemas.values(row.fault());
      return RowFactory.create(
          shard, file, name, row.line(), row.text(), fault[0], fault[1], fault[2], fault[3]);
    }
  }
}
