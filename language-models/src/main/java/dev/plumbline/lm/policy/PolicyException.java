package dev.plumbline.lm.policy;

/**
 * A policy was asked for something that it cannot do. The message names the value and the remedy,
 * in one line.
 */
public class PolicyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PolicyException(String message) {
    super(message);
  }

  public PolicyException(String message, Throwable cause) {
    super(message, cause);
  }
}
