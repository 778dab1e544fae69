package dev.plumbline.jobs.command;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The root of the command line: it only names what there is. */
@Command(
    name = "plumbline",
    description = "Aligns language models on the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {})
final class PlumblineCommand implements Runnable {
  static final int FAILURE = 1;
  static final int USAGE = 2;

  @Spec private CommandSpec spec;

  private PlumblineCommand() {}

  /** The command line with its exit codes and its way of telling errors. */
  static CommandLine line() {
    return new CommandLine(new PlumblineCommand())
        .setExecutionExceptionHandler(PlumblineCommand::tell);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** One line for what the user can mend; everything for what is our own mistake. */
  private static int tell(Exception failure, CommandLine line, ParseResult result) {
    if (failure instanceof PlumblineException) {
      line.getErr().println("plumbline: " + failure.getMessage());
      return failure instanceof UsageException ? USAGE : FAILURE;
    }
    line.getErr().println("plumbline: this is a bug; please report it with what follows");
    failure.printStackTrace(line.getErr());
    return FAILURE;
  }
}
