package dev.plumbline.data.stages;

import dev.plumbline.lm.PlumblineException;

/** What a failed run tells its user. */
final class Failures {
  private Failures() {}

  /**
   * The error that a stage threw on purpose, on whichever machine; else one that names the deepest
   * cause.
   */
  static PlumblineException of(String what, Exception failure) {
    Throwable deepest = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PlumblineException known) {
        return known;
      }
      deepest = cause;
    }
    String message =
        deepest.getMessage() == null ? "" : deepest.getMessage().lines().findFirst().orElse("");
    return new PlumblineException(
        "%s: %s %s; check the disk, the memory and Spark's log"
            .formatted(what, deepest.getClass().getSimpleName(), message),
        failure);
  }
}
