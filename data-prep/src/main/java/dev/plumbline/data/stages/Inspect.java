package dev.plumbline.data.stages;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.plumbline.data.read.RawRow;
import dev.plumbline.data.read.RawRows;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.Hashes;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Looks at every input file once, a task a file: hash, number of rows, columns, kinds. */
final class Inspect {
  private static final JsonFactory JSON = new JsonFactory();

  private Inspect() {}

  static Inspection run(
      SparkSession spark, List<InputFile> files, Broadcast<SerializableConfiguration> hadoop) {
    return new Inspection(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(files, files.size())
            .map(file -> look(file, hadoop.value().value()))
            .collect());
  }

  private static Inspection.Seen look(InputFile file, Configuration hadoop) {
    TreeMap<String, Long> columns = new TreeMap<>();
    EnumMap<RowKind, Long> kinds = new EnumMap<>(RowKind.class);
    long count = 0;
    DigestInputStream bytes = new DigestInputStream(file.open(hadoop), Hashes.sha256());
    try (RawRows rows = RawRows.open(bytes, file.name())) {
      while (rows.hasNext()) {
        RawRow row = rows.next();
        Set<String> names = columns(row);
        names.forEach(name -> columns.merge(name, 1L, Long::sum));
        RowKind.of(names).forEach(kind -> kinds.putIfAbsent(kind, row.line()));
        count++;
      }
      bytes.transferTo(OutputStream.nullOutputStream()); // what a reader of gzip leaves unread
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot read %s: %s; check the file".formatted(file.name(), e.getMessage()), e);
    }
    String hash = Hashes.hex(bytes.getMessageDigest().digest());
    return new Inspection.Seen(file, hash, count, columns, kinds);
  }

  /** The names at the top of an object; none of what is no JSON object. */
  private static Set<String> columns(RawRow row) {
    Set<String> names = new TreeSet<>();
    if (row.text() == null) {
      return names;
    }
    try (JsonParser parser = JSON.createParser(row.text())) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          names.add(parser.currentName());
          parser.nextToken();
          parser.skipChildren();
        }
      }
      return names;
    } catch (IOException e) {
      return Set.of();
    }
  }
}
