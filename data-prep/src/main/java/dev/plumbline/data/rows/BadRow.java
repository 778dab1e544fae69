package dev.plumbline.data.rows;

/** A row goes to quarantine. Thrown by the pure functions on rows, caught where rows are walked. */
public final class BadRow extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Fault fault;

  /** A row with this fault. */
  public BadRow(Fault fault) {
    super(fault.toString(), null, false, false); // no stack trace: it is an answer, not a failure
    this.fault = fault;
  }

  BadRow(Reason reason, String found, String expected) {
    this(Fault.ofRow(reason, found, expected));
  }

  /** What is wrong. */
  public Fault fault() {
    return fault;
  }
}
