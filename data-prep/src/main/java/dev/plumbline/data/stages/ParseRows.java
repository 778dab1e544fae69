package dev.plumbline.data.stages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.data.read.RawRow;
import dev.plumbline.data.rows.BadRow;
import dev.plumbline.data.rows.Columns;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.data.rows.RowParser;
import dev.plumbline.data.rows.TextRow;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** JSON to text. */
final class ParseRows {
  private ParseRows() {}

  /**
   * @param numbers optional columns of numbers to read as well
   */
  static Dataset<Row> apply(Dataset<Row> rows, RowKind kind, List<String> numbers) {
    return RowStage.apply(
        rows, Schemas.text(kind, numbers), row -> parse(row, new RowParser(kind), numbers));
  }

  private static List<Object> parse(Row row, RowParser parser, List<String> numbers) throws BadRow {
    ObjectNode object = RawRow.of(row.getAs(Columns.LINE), row.getAs(Schemas.JSON)).object();
    TextRow text = parser.parse(object);
    List<Object> values = new ArrayList<>(List.of(text.id()));
    values.addAll(text.texts());
    if (text instanceof TextRow.Unpaired unpaired) {
      values.add(unpaired.label());
    }
    values.addAll(parser.numbers(object, numbers));
    return values;
  }
}
