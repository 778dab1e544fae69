package dev.plumbline.data.read;

import java.util.Arrays;
import java.util.List;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;

/** Turns Parquet's events into one array of values a row. */
final class ValuesMaterializer extends RecordMaterializer<Object[]> {
  private final Object[] values;
  private final GroupConverter root;

  ValuesMaterializer(MessageType schema, List<ParquetColumn> columns) {
    values = new Object[columns.size()];
    Converter[] converters = new Converter[schema.getFieldCount()];
    for (int place = 0; place < values.length; place++) {
      ParquetColumn column = columns.get(place);
      if (schema.containsField(column.name())) {
        converters[schema.getFieldIndex(column.name())] = converter(column.kind(), place);
      }
    }
    root = new Fields(() -> Arrays.fill(values, null), converters);
  }

  @Override
  public Object[] getCurrentRecord() {
    return values;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  private Converter converter(ParquetColumn.Kind kind, int place) {
    return switch (kind) {
      case TEXT ->
          new PrimitiveConverter() {
            @Override
            public void addBinary(Binary value) {
              values[place] = value.toStringUsingUTF8();
            }
          };
      case NUMBER ->
          new PrimitiveConverter() {
            @Override
            public void addDouble(double value) {
              values[place] = value;
            }
          };
      case FLAG ->
          new PrimitiveConverter() {
            @Override
            public void addBoolean(boolean value) {
              values[place] = value;
            }
          };
      case INTEGERS -> new Integers(place);
    };
  }

  /** A row or one element of a list: its fields are converted one by one. */
  private static final class Fields extends GroupConverter {
    private final Converter[] fields;
    private final Runnable onStart;

    Fields(Runnable onStart, Converter... fields) {
      this.fields = fields;
      this.onStart = onStart;
    }

    @Override
    public Converter getConverter(int field) {
      return fields[field];
    }

    @Override
    public void start() {
      onStart.run();
    }

    @Override
    public void end() {}
  }

  /** A list: a group that holds a repeated group of one integer. */
  private final class Integers extends GroupConverter {
    private final int place;
    private final Converter element;
    private int[] buffer = new int[64];
    private int count;

    Integers(int place) {
      this.place = place;
      this.element =
          new Fields(
              () -> {},
              new PrimitiveConverter() {
                @Override
                public void addInt(int value) {
                  add(value);
                }
              });
    }

    private void add(int value) {
      if (count == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * count);
      }
      buffer[count++] = value;
    }

    @Override
    public Converter getConverter(int field) {
      return element;
    }

    @Override
    public void start() {
      count = 0;
    }

    @Override
    public void end() {
      values[place] = Arrays.copyOf(buffer, count);
    }
  }
}
