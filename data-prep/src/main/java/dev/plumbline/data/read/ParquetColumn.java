package dev.plumbline.data.read;

import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A column to read.
 *
 * @param name its name
 * @param kind what it holds
 * @param required whether a file without it is an error
 */
record ParquetColumn(String name, Kind kind, boolean required) {

  /** What a column can hold. */
  enum Kind {
    /** {@code String}. */
    TEXT("text"),
    /** {@code Double}. */
    NUMBER("a 64-bit float"),
    /** {@code Boolean}. */
    FLAG("a boolean"),
    /** {@code int[]}. */
    INTEGERS("a list of 32-bit integers");

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    boolean fits(Type type) {
      return switch (this) {
        case TEXT -> is(type, PrimitiveTypeName.BINARY);
        case NUMBER -> is(type, PrimitiveTypeName.DOUBLE);
        case FLAG -> is(type, PrimitiveTypeName.BOOLEAN);
        case INTEGERS ->
            type.getLogicalTypeAnnotation()
                    instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation
                && !type.isPrimitive()
                && !type.asGroupType().getType(0).isPrimitive()
                && is(
                    type.asGroupType().getType(0).asGroupType().getType(0),
                    PrimitiveTypeName.INT32);
      };
    }

    @Override
    public String toString() {
      return description;
    }

    private static boolean is(Type type, PrimitiveTypeName name) {
      return type.isPrimitive()
          && !type.isRepetition(Type.Repetition.REPEATED)
          && type.asPrimitiveType().getPrimitiveTypeName() == name;
    }
  }
}
