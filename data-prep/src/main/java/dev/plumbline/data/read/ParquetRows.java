package dev.plumbline.data.read;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** Reads chosen columns of a Parquet file into arrays of values, without Spark. */
final class ParquetRows {
  private ParquetRows() {}

  /**
   * The names of a file's columns.
   *
   * @throws PlumblineException if the file cannot be read
   */
  static List<String> columns(Path file) {
    try (ParquetFileReader reader = open(file)) {
      return reader.getFileMetaData().getSchema().getFields().stream().map(Type::getName).toList();
    } catch (IOException | RuntimeException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Reads a file.
   *
   * @param columns which columns, of which types
   * @param sink takes each row: a value a column, null where an optional column is not there or a
   *     value is null
   * @return the optional columns that the file has
   * @throws PlumblineException if the file cannot be read, or a column is missing or of another
   *     type: the message lists what was found
   */
  static List<String> read(Path file, List<ParquetColumn> columns, Consumer<Object[]> sink) {
    try (ParquetFileReader reader = open(file)) {
      MessageType schema = reader.getFileMetaData().getSchema();
      MessageType wanted = wanted(file, schema, columns);
      reader.setRequestedSchema(wanted);
      MessageColumnIO io = new ColumnIOFactory().getColumnIO(wanted, schema);
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        RecordReader<Object[]> rows =
            io.getRecordReader(pages, new ValuesMaterializer(wanted, columns));
        for (long row = 0; row < pages.getRowCount(); row++) {
          sink.accept(rows.read());
        }
      }
      return columns.stream()
          .filter(column -> !column.required() && schema.containsField(column.name()))
          .map(ParquetColumn::name)
          .toList();
    } catch (PlumblineException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unreadable(file, e);
    }
  }

  private static ParquetFileReader open(Path file) throws IOException {
    return ParquetFileReader.open(
        new LocalInputFile(file),
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build());
  }

  private static MessageType wanted(Path file, MessageType schema, List<ParquetColumn> columns) {
    List<Type> wanted = new ArrayList<>();
    for (ParquetColumn column : columns) {
      if (schema.containsField(column.name())) {
        Type type = schema.getType(column.name());
        if (!column.kind().fits(type)) {
          throw wrong(file, schema, "column " + column.name() + " must be " + column.kind());
        }
        wanted.add(type);
      } else if (column.required()) {
        throw wrong(file, schema, "column " + column.name() + " is missing");
      }
    }
    return new MessageType(schema.getName(), wanted);
  }

  private static PlumblineException wrong(Path file, MessageType schema, String fault) {
    String found =
        schema.getFields().stream()
            .map(type -> type.toString().replaceAll("\\s+", " "))
            .collect(Collectors.joining("; "));
    return new PlumblineException(
        "%s: %s; found %s; prepare the data again".formatted(file, fault, found));
  }

  private static PlumblineException unreadable(Path file, Exception e) {
    String reason =
        e.getMessage() == null
            ? e.getClass().getSimpleName()
            : e.getMessage().lines().findFirst().orElse("");
    return new PlumblineException(
        "cannot read %s: %s; prepare the data again".formatted(file, reason), e);
  }
}
