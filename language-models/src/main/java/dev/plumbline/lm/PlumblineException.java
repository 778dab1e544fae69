package dev.plumbline.lm;

/**
 * Something that the user can mend: a file, a value, a disk. The message is one line and names the
 * thing (file, row, option), what was found, what was expected and what to do. Commands print it
 * without a stack trace and exit with 1.
 */
public class PlumblineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PlumblineException(String message) {
    super(message);
  }

  public PlumblineException(String message, Throwable cause) {
    super(message, cause);
  }
}
