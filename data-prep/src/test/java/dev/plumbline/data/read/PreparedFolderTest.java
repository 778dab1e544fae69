package dev.plumbline.data.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.data.rows.Columns;
import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.stages.Prepare;
import dev.plumbline.data.stages.PrepareOptions;
import dev.plumbline.data.testing.LocalSpark;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.lm.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparedFolderTest {
  @TempDir Path folder;

  private Path prepared;

  @BeforeEach
  void prepare() throws IOException {
    Path input = folder.resolve("in.jsonl");
    Files.writeString(
        input,
        """
        {"prompt":"The sky","chosen":" is blue","rejected":" is grey"}
        {"prompt":"The grass","chosen":" is green","rejected":" is"}
        """);
    prepared = folder.resolve("out");
    Prepare.run(
        LocalSpark.session(),
        PrepareOptions.of(
            List.of(input.toString()),
            prepared.toString(),
            Golden.folder("tokenizers/words").toString()));
  }

  @Test
  void optionalColumnsAreRead() {
    rewrite(
        rows ->
            rows.withColumn(Columns.REF_CHOSEN_LOGPS, lit(-1.5))
                .withColumn(Columns.REF_REJECTED_LOGPS, lit(-2.5))
                .withColumn(Columns.WEIGHT, col(Columns.LINE).cast("double").divide(2))
                .withColumn("another", lit("x")));
    List<PairRow> rows = PreparedFolder.open(prepared).pairs();
    assertThat(rows)
        .hasSize(2)
        .allMatch(row -> row.refChosen() == -1.5 && row.refRejected() == -2.5);
    assertThat(rows).extracting(PairRow::weight).containsExactly(0.5, 1.0);
  }

  @Test
  void marginsAreReadByTheNamesOfTheirColumns() {
    rewrite(
        rows ->
            rows.withColumn("margin_b_chosen", lit(-1.5))
                .withColumn("margin_b_rejected", lit(2.5))
                .withColumn("margin_a_chosen", when(col(Columns.LINE).equalTo(1), 7.0))
                .withColumn("margin_a_rejected", when(col(Columns.LINE).equalTo(1), 8.0)));
    List<PairRow> rows = PreparedFolder.open(prepared).pairs();
    Margin b = new Margin(-1.5, 2.5);
    assertThat(rows.get(0).margins()).isEqualTo(Map.of("a", new Margin(7, 8), "b", b));
    assertThat(rows.get(1).margins()).isEqualTo(Map.of("b", b));
    assertThat(rows.get(1).weight()).isEqualTo(1);
  }

  @Test
  void aMarginOfOneSideOrOfNoNumberIsRefused() {
    rewrite(rows -> rows.withColumn("margin_a_chosen", lit(1.0)));
    assertBroken("margin_a_chosen = 1.0 and margin_a_rejected = null", "two finite numbers");
    rewrite(rows -> rows.withColumn("margin_a_rejected", lit(Double.NaN)));
    assertBroken("margin_a_rejected = NaN");
    rewrite(rows -> rows.withColumn("margin_a_rejected", lit("1")));
    assertBroken("column margin_a_rejected must be a 64-bit float");
  }

  @Test
  void marginsOfSomeFilesAreRefused() throws IOException {
    Path part = prepared.resolve("train/part-00000.parquet");
    Path other = Files.copy(part, folder.resolve("other.parquet"));
    rewrite(
        rows ->
            rows.withColumn("margin_a_chosen", lit(1.0)).withColumn("margin_a_rejected", lit(2.0)));
    Files.move(other, prepared.resolve("train/zz.parquet"));
    assertBroken(
        "zz.parquet has the optional columns []",
        "the files before it [margin_a_chosen, margin_a_rejected]");
  }

  @Test
  void missingAndWrongColumnsAreErrorsThatListWhatWasFound() {
    rewrite(rows -> rows.drop(Columns.CHOSEN_IDS));
    assertBroken(
        "column chosen_ids is missing; found", "optional binary id (STRING)", "prompt_ids");
    rewrite(rows -> rows.withColumn(Columns.CHOSEN_IDS, functions.array(lit("a"))));
    assertBroken("column chosen_ids must be a list of 32-bit integers");
    rewrite(rows -> rows.withColumn(Columns.CHOSEN_IDS, lit(5)));
    assertBroken("column chosen_ids must be a list of 32-bit integers", "int32 chosen_ids");
    rewrite(
        rows ->
            rows.withColumn(Columns.CHOSEN_IDS, functions.array(lit(1)))
                .withColumn(Columns.WEIGHT, lit("1")));
    assertBroken("column weight must be a 64-bit float");
    rewrite(
        rows ->
            rows.withColumn(Columns.WEIGHT, lit(1.0))
                .withColumn(Columns.CHOSEN_IDS, lit(null).cast("array<int>")));
    assertBroken("a row has null in chosen_ids");
  }

  @Test
  void filesWithDifferentOptionalColumnsAreRefused() throws IOException {
    Path part = prepared.resolve("train/part-00000.parquet");
    Path first = Files.copy(part, folder.resolve("first.parquet"));
    rewrite(rows -> rows.withColumn(Columns.WEIGHT, lit(2.0)));
    Files.move(first, prepared.resolve("train/first.parquet"));
    assertBroken("has the optional columns [weight], the files before it []");
  }

  @Test
  void theHashIsOfTheRowsFilesAlone() throws IOException {
    String hash = PreparedFolder.open(prepared).dataHash();
    Files.writeString(prepared.resolve("quarantine.jsonl"), "x");
    assertThat(PreparedFolder.open(prepared).dataHash()).isEqualTo(hash);
    rewrite(rows -> rows.withColumn(Columns.WEIGHT, lit(2.0)));
    hash = assertAnotherHash(hash);
    rewrite(
        rows ->
            rows.withColumn("margin_a_chosen", lit(1.0)).withColumn("margin_a_rejected", lit(2.0)));
    hash = assertAnotherHash(hash);
    rewrite(
        rows ->
            rows.withColumnRenamed("margin_a_chosen", "margin_b_chosen")
                .withColumnRenamed("margin_a_rejected", "margin_b_rejected"));
    assertAnotherHash(hash);
  }

  @Test
  void whatIsNoPreparedFolderIsNamed() throws IOException {
    assertThat(PreparedFolder.isOne(prepared)).isTrue();
    assertThat(PreparedFolder.isOne(folder)).isFalse();
    assertThatThrownBy(() -> PreparedFolder.open(folder))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("holds no manifest.json");
    Files.writeString(prepared.resolve("manifest.json"), "{\"format\": 7}");
    assertThatThrownBy(() -> PreparedFolder.open(prepared))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("is of format 7, this version reads 1");
    Files.writeString(prepared.resolve("manifest.json"), "{");
    assertThatThrownBy(() -> PreparedFolder.open(prepared))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("cannot read");
  }

  @Test
  void aFileThatIsNoParquetIsNamed() throws IOException {
    Files.writeString(prepared.resolve("train/part-00000.parquet"), "not parquet at all");
    assertBroken("part-00000.parquet", "prepare the data again");
  }

  private String assertAnotherHash(String hash) {
    String other = PreparedFolder.open(prepared).dataHash();
    assertThat(other).isNotEqualTo(hash);
    return other;
  }

  private void assertBroken(String... parts) {
    assertThatThrownBy(() -> PreparedFolder.open(prepared).pairs())
        .isInstanceOf(PlumblineException.class)
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
  }

  private void rewrite(UnaryOperator<Dataset<Row>> change) {
    Path train = prepared.resolve("train");
    Path copy = folder.resolve("copy");
    change
        .apply(LocalSpark.session().read().parquet(train.toString()))
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(copy.toString());
    WholeFiles.delete(train);
    assertThat(copy.toFile().renameTo(train.toFile())).isTrue();
  }
}
