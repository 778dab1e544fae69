package dev.plumbline.lm;

/** A command was called with something that it does not take. Commands exit with 2. */
public class UsageException extends PlumblineException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }

  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
