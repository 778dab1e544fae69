package dev.plumbline.jobs.command;

/** Starts the {@code plumbline} command. */
public final class Main {
  private Main() {}

  /** Runs a command and exits with its code: 0 done, 1 failure, 2 usage. */
  public static void main(String[] arguments) {
    CommandLines.exit(PlumblineCommand.line(), arguments);
  }
}
