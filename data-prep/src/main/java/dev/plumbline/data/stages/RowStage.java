package dev.plumbline.data.stages;

import dev.plumbline.data.rows.BadRow;
import dev.plumbline.data.rows.Fault;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * A stage that works row by row. Of a good row it computes the columns that the next schema has and
 * this one lacks, or finds its fault; rows with a fault pass by.
 */
final class RowStage implements MapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final int[] kept;
  private final int fault;
  private final Computation computation;

  /** What a stage computes. */
  @FunctionalInterface
  interface Computation extends Serializable {
    /** The values of the added columns, in their order. */
    List<Object> of(Row row) throws BadRow;
  }

  private RowStage(StructType from, StructType to, Computation computation) {
    List<String> names = Arrays.asList(from.fieldNames());
    this.kept = Arrays.stream(to.fieldNames()).mapToInt(names::indexOf).toArray();
    this.fault = names.indexOf(Schemas.REASON);
    this.computation = computation;
  }

  static Dataset<Row> apply(Dataset<Row> rows, StructType to, Computation computation) {
    return rows.map(new RowStage(rows.schema(), to, computation), Encoders.row(to));
  }

  @Override
  public Row call(Row row) {
    if (!row.isNullAt(fault)) {
      return merge(row, List.of(), null);
    }
    try {
      return merge(row, computation.of(row), null);
    } catch (BadRow e) {
      return merge(row, List.of(), e.fault());
    }
  }

  /** Kept columns from the row, added ones from the list or null; the last ones are the fault. */
  private Row merge(Row row, List<Object> added, Fault found) {
    Object[] values = new Object[kept.length];
    int next = 0;
    for (int column = 0; column < values.length; column++) {
      if (kept[column] >= 0) {
        values[column] = row.get(kept[column]);
      } else if (next < added.size()) {
        values[column] = added.get(next++);
      }
    }
    if (found != null) {
      Object[] fault = Schemas.values(found);
      System.arraycopy(fault, 0, values, values.length - fault.length, fault.length);
    }
    return RowFactory.create(values);
  }
}
