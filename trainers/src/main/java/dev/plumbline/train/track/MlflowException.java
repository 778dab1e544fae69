package dev.plumbline.train.track;

import dev.plumbline.lm.PlumblineException;

/** A request to MLflow that came to nothing. */
final class MlflowException extends PlumblineException {
  private static final long serialVersionUID = 1L;

  /** MLflow's code of an error that it answered with; empty if it did not answer. */
  private final String code;

  MlflowException(String message, String code, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Whether the server answered, and would answer the same again. */
  boolean isRefusal() {
    return !code.isEmpty();
  }

  boolean isMissing() {
    return code.equals("RESOURCE_DOES_NOT_EXIST");
  }
}
