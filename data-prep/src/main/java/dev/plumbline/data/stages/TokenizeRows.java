package dev.plumbline.data.stages;

import dev.plumbline.data.rows.BadRow;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.data.rows.RowTokenizer;
import dev.plumbline.data.rows.TextRow;
import dev.plumbline.data.rows.TokenRow;
import dev.plumbline.lm.text.Boundary;
import dev.plumbline.lm.text.TextTokenizer;
import dev.plumbline.lm.text.TokenizerFiles;
import dev.plumbline.lm.text.Truncation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Text to token ids. */
final class TokenizeRows {
  /** One tokenizer for all tasks of a JVM, by its hash; it lives as long as the JVM. */
  private static final Map<String, Boundary> LOADED = new ConcurrentHashMap<>();

  private TokenizeRows() {}

  /**
   * @param numbers optional columns of numbers that are kept
   * @param tokenizerHash {@link TextTokenizer#hash} of the files
   */
  static Dataset<Row> apply(
      Dataset<Row> rows,
      RowKind kind,
      List<String> numbers,
      Broadcast<TokenizerFiles> files,
      String tokenizerHash,
      Truncation truncation) {
    List<String> texts = Schemas.textColumns(kind);
    return RowStage.apply(
        rows,
        Schemas.tokens(kind, numbers),
        row -> {
          Boundary boundary =
              LOADED.computeIfAbsent(
                  tokenizerHash, absent -> new Boundary(TextTokenizer.of(files.value())));
          List<String> values = texts.stream().map(row::<String>getAs).toList();
          return tokenize(TextRow.of(values), new RowTokenizer(boundary, truncation));
        });
  }

  private static List<Object> tokenize(TextRow text, RowTokenizer tokenizer) throws BadRow {
    TokenRow row = tokenizer.tokenize(text);
    List<Object> values = new ArrayList<>();
    values.add(row.prompt());
    values.addAll(row.completions());
    values.addAll(List.of(row.agrees(), row.typedEos(), row.cutTokens(), row.lostEos()));
    return values;
  }
}
