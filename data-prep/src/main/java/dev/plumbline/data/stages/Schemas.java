package dev.plumbline.data.stages;

import dev.plumbline.data.rows.Columns;
import dev.plumbline.data.rows.Fault;
import dev.plumbline.data.rows.RowKind;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What flows between the stages. Every row says where it came from and carries the columns of its
 * fault through all stages, null while it is good; a row with a fault has null in what later stages
 * add.
 */
final class Schemas {
  /** Which output file a row belongs to: decided by its place in the inputs alone. */
  static final String SHARD = "shard";

  /** Number of the input file. */
  static final String FILE = "file";

  /** The row as it was read. */
  static final String JSON = "json";

  /** The sub-folder that a row belongs to. */
  static final String SPLIT = "split";

  static final String TYPED_EOS = "typed_eos";
  static final String CUT_TOKENS = "cut_tokens";
  static final String LOST_EOS = "lost_eos";

  static final String REASON = "reason";
  static final String COLUMN = "column";
  static final String FOUND = "found";
  static final String EXPECTED = "expected";

  private static final List<String> PLACE = List.of(FILE, Columns.SOURCE, Columns.LINE);
  private static final List<String> FAULT = List.of(REASON, COLUMN, FOUND, EXPECTED);

  private Schemas() {}

  /** Rows as they were read. */
  static StructType raw() {
    return schema(List.of(SHARD), PLACE, List.of(JSON), FAULT);
  }

  /** Rows as text, with some optional numbers. */
  static StructType text(RowKind kind, List<String> numbers) {
    return schema(PLACE, List.of(Columns.ID), textColumns(kind), labels(kind), numbers, FAULT);
  }

  /** Rows as token ids, with some optional numbers. */
  static StructType tokens(RowKind kind, List<String> numbers) {
    return schema(
        PLACE,
        List.of(Columns.ID, SPLIT, Columns.PROMPT_IDS),
        completionColumns(kind),
        List.of(Columns.BOUNDARY_AGREES, TYPED_EOS, CUT_TOKENS, LOST_EOS),
        labels(kind),
        numbers,
        FAULT);
  }

  /** The columns that a prepared folder holds. */
  static List<String> prepared(RowKind kind, List<String> numbers) {
    List<String> columns =
        new ArrayList<>(List.of(Columns.ID, Columns.SOURCE, Columns.LINE, Columns.PROMPT_IDS));
    columns.addAll(completionColumns(kind));
    columns.add(Columns.BOUNDARY_AGREES);
    columns.addAll(labels(kind));
    columns.addAll(numbers);
    return columns;
  }

  /** The columns of the quarantine file. */
  static List<String> quarantine() {
    List<String> columns = new ArrayList<>(List.of(Columns.SOURCE, Columns.LINE));
    columns.addAll(FAULT);
    return columns;
  }

  /** The texts of a row of a kind, once its prompt is told from its answers. */
  static List<String> textColumns(RowKind kind) {
    return switch (kind) {
      case PAIRS, TRANSCRIPTS -> RowKind.PAIRS.columns();
      case UNPAIRED, COMPLETIONS -> RowKind.COMPLETIONS.columns();
      case TEXT -> kind.columns();
    };
  }

  /** The column by which rows of one prompt are kept together. */
  static String promptColumn(RowKind kind) {
    return textColumns(kind).get(0);
  }

  /** The values of a fault's columns, all null for none. */
  static Object[] values(Fault fault) {
    return fault == null
        ? new Object[FAULT.size()]
        : new Object[] {fault.reason().key(), fault.column(), fault.found(), fault.expected()};
  }

  private static List<String> labels(RowKind kind) {
    return kind == RowKind.UNPAIRED ? List.of(Columns.LABEL) : List.of();
  }

  private static List<String> completionColumns(RowKind kind) {
    return kind.isPair()
        ? List.of(Columns.CHOSEN_IDS, Columns.REJECTED_IDS)
        : List.of(Columns.COMPLETION_IDS);
  }

  @SafeVarargs
  private static StructType schema(List<String>... groups) {
    StructType schema = new StructType();
    for (List<String> group : groups) {
      for (String column : group) {
        schema = schema.add(column, type(column));
      }
    }
    return schema;
  }

  private static DataType type(String column) {
    return switch (column) {
      case SHARD, FILE, CUT_TOKENS, LOST_EOS -> DataTypes.IntegerType;
      case Columns.LINE -> DataTypes.LongType;
      case Columns.BOUNDARY_AGREES, Columns.LABEL, TYPED_EOS -> DataTypes.BooleanType;
      case Columns.PROMPT_IDS, Columns.CHOSEN_IDS, Columns.REJECTED_IDS, Columns.COMPLETION_IDS ->
          DataTypes.createArrayType(DataTypes.IntegerType, false);
      case Columns.WEIGHT -> DataTypes.DoubleType;
      default ->
          Columns.objective(column).isPresent() ? DataTypes.DoubleType : DataTypes.StringType;
    };
  }
}
