package dev.plumbline.data.stages;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.read.PreparedFolder;
import dev.plumbline.data.rows.Columns;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.lm.text.TextTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Counts of a run's rows, taken in one pass. */
final class Counts {
  private static final String PARSED = "parsed";
  private static final String ROWS = "rows";
  private static final String DISAGREE = "disagree";
  private static final String CUT_ROWS = "cut_rows";

  private final RowKind kind;
  private final List<String> numbers;
  private final List<Row> groups;

  /**
   * @param numbers optional columns of numbers
   */
  Counts(Dataset<Row> tokenized, RowKind kind, List<String> numbers) {
    this.kind = kind;
    this.numbers = numbers;
    this.groups =
        tokenized
            .groupBy(
                col(Schemas.REASON), col(Columns.ID).isNotNull().as(PARSED), col(Schemas.SPLIT))
            .agg(count(lit(1)).as(ROWS), sums(kind, numbers).toArray(Column[]::new))
            .collectAsList();
  }

  private static List<Column> sums(RowKind kind, List<String> numbers) {
    List<Column> sums =
        new ArrayList<>(
            List.of(
                number(col(Columns.BOUNDARY_AGREES).equalTo(false)).as(DISAGREE),
                number(col(Schemas.TYPED_EOS)).as(Schemas.TYPED_EOS),
                number(col(Schemas.CUT_TOKENS).gt(0)).as(CUT_ROWS),
                sum(Schemas.CUT_TOKENS).as(Schemas.CUT_TOKENS),
                sum(Schemas.LOST_EOS).as(Schemas.LOST_EOS)));
    if (kind == RowKind.UNPAIRED) {
      sums.add(number(col(Columns.LABEL)).as(Columns.LABEL));
    }
    numbers.forEach(name -> sums.add(count(col(name)).as(name)));
    return sums;
  }

  Manifest manifest(
      PrepareOptions options, Inspection inspection, TextTokenizer tokenizer, SparkSession spark) {
    Predicate<Row> good = row -> reason(row) == null;
    return new Manifest(
        Manifest.FORMAT,
        kind.key(),
        new Manifest.Rows(
            total(ROWS, row -> true),
            total(ROWS, row -> row.getAs(PARSED)),
            total(ROWS, good),
            total(ROWS, good.and(row -> PreparedFolder.TRAIN.equals(row.getAs(Schemas.SPLIT)))),
            total(
                ROWS, good.and(row -> PreparedFolder.VALIDATION.equals(row.getAs(Schemas.SPLIT)))),
            total(ROWS, good.negate())),
        quarantine(),
        total(DISAGREE, good),
        total(Schemas.TYPED_EOS, good),
        new Manifest.Truncated(
            total(CUT_ROWS, good), total(Schemas.CUT_TOKENS, good), total(Schemas.LOST_EOS, good)),
        labels(good),
        optionalColumns(good),
        inspection.ignoredColumns(kind),
        new Manifest.Options(
            options.kind().map(RowKind::key).orElse("auto"),
            options.truncation().maxLength(),
            options.truncation().mode().key(),
            options.validationShare(),
            options.seed()),
        inspection.files().stream()
            .map(
                seen ->
                    new Manifest.Input(
                        seen.file().name(), seen.sha256(), seen.file().bytes(), seen.rows()))
            .toList(),
        new Manifest.Tokenizer(tokenizer.source(), tokenizer.hash()),
        versions(tokenizer, spark));
  }

  private SortedMap<String, Long> quarantine() {
    SortedMap<String, Long> reasons = new TreeMap<>();
    for (Row row : groups) {
      if (reason(row) != null) {
        reasons.merge(reason(row), row.getAs(ROWS), Long::sum);
      }
    }
    return reasons;
  }

  private SortedMap<String, Long> labels(Predicate<Row> good) {
    SortedMap<String, Long> labels = new TreeMap<>();
    if (kind == RowKind.UNPAIRED) {
      long desirable = total(Columns.LABEL, good);
      labels.put("desirable", desirable);
      labels.put("undesirable", total(ROWS, good) - desirable);
    }
    return labels;
  }

  private SortedMap<String, Long> optionalColumns(Predicate<Row> good) {
    SortedMap<String, Long> optional = new TreeMap<>();
    numbers.forEach(name -> optional.put(name, total(name, good)));
    return optional;
  }

  private long total(String column, Predicate<Row> which) {
    return groups.stream().filter(which).mapToLong(row -> row.<Long>getAs(column)).sum();
  }

  private static String reason(Row row) {
    return row.getAs(Schemas.REASON);
  }

  private static Column number(Column condition) {
    return sum(when(condition, 1L).otherwise(0L));
  }

  private static SortedMap<String, String> versions(TextTokenizer tokenizer, SparkSession spark) {
    SortedMap<String, String> versions = new TreeMap<>();
    String own = Counts.class.getPackage().getImplementationVersion();
    versions.put("plumbline", own == null ? "development" : own);
    versions.put("spark", spark.version());
    versions.put("tokenizers", tokenizer.libraryVersion());
    return versions;
  }
}
