package dev.plumbline.data.rows;

/**
 * What is wrong with a row.
 *
 * @param reason the kind of fault, by which rows are counted
 * @param column the column at fault, empty where it is the row as a whole
 * @param found what was there
 * @param expected what should have been
 */
public record Fault(Reason reason, String column, String found, String expected) {

  /** A fault of the row as a whole. */
  public static Fault ofRow(Reason reason, String found, String expected) {
    return new Fault(reason, "", found, expected);
  }

  /** One line for people. */
  @Override
  public String toString() {
    String where = column.isEmpty() ? "" : " in " + column;
    return "%s%s: found %s, expected %s".formatted(reason.key(), where, found, expected);
  }
}
