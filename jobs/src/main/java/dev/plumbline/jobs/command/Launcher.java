package dev.plumbline.jobs.command;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a command of the same distribution in a process of its own. */
final class Launcher {
  /** The distribution folder; the launcher script sets it. */
  private static final String HOME = "PLUMBLINE_HOME";

  private Launcher() {}

  /**
   * Runs a command to its end; its output goes to stderr, because stdout is for this command's
   * result.
   *
   * @throws PlumblineException if it fails; it has told the reason itself
   */
  static void run(List<String> arguments) {
    String home = System.getenv(HOME);
    if (home == null) {
      throw new PlumblineException(
          HOME + " is not set, so the distribution cannot be found; start through bin/plumbline");
    }
    List<String> command = new ArrayList<>(List.of(Path.of(home, "bin", "plumbline").toString()));
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .redirectOutput(ProcessBuilder.Redirect.PIPE)
              .start();
      process.getInputStream().transferTo(System.err);
      int code = process.waitFor();
      if (code != ExitCodes.DONE) {
        throw new PlumblineException(
            "plumbline %s ended with exit code %d; see what it said above"
                .formatted(arguments.get(0), code));
      }
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot start %s: %s; build the distribution again"
              .formatted(command.get(0), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlumblineException("plumbline " + arguments.get(0) + " was interrupted", e);
    }
  }
}
