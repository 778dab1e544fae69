package dev.plumbline.data.stages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.data.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadRowsTest {
  @TempDir Path folder;

  @Test
  void rowsGoToShardsByTheirPlaceAndThePlanPromisesTheirOrder() throws IOException {
    int half = ReadRows.ROWS_PER_SHARD / 2 + 1;
    Files.writeString(folder.resolve("a"), "{}\n\n".repeat(half));
    Files.writeString(folder.resolve("b"), "{}\n".repeat(half));
    Configuration hadoop = LocalSpark.session().sparkContext().hadoopConfiguration();
    Broadcast<SerializableConfiguration> configuration =
        SerializableConfiguration.broadcast(LocalSpark.session().sparkContext(), hadoop);
    List<InputFile> files = InputFile.find(List.of(folder.toString()), hadoop);
    Inspection inspection = Inspect.run(LocalSpark.session(), files, configuration);
    Dataset<Row> rows = ReadRows.apply(LocalSpark.session(), inspection, configuration);

    List<Row> all = rows.collectAsList();
    assertThat(all).hasSize(2 * half);
    for (int place = 0; place < all.size(); place++) {
      Row row = all.get(place);
      boolean first = place < half;
      assertThat(row.<Integer>getAs("shard")).isEqualTo(place / ReadRows.ROWS_PER_SHARD);
      assertThat(row.<String>getAs("source"))
          .isEqualTo(folder.resolve(first ? "a" : "b").toString());
      assertThat(row.<Long>getAs("line")).isEqualTo(first ? 2 * place + 1 : place - half + 1);
    }
    // On one machine a shuffle happens to keep the order; on several it does not.
    assertThat(rows.queryExecution().sparkPlan().outputOrdering().mkString(" "))
        .matches("file#\\d+ ASC .*line#\\d+L ASC .*");
  }
}
