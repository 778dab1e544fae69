package dev.plumbline.jobs.command;

/** What a command's process ends with. */
final class ExitCodes {
  static final int DONE = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;

  private ExitCodes() {}
}
