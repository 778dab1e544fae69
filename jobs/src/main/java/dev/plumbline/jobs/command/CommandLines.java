package dev.plumbline.jobs.command;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** How every command parses, tells its errors and ends. */
public final class CommandLines {
  private CommandLines() {}

  /** The command line of a command, itself with further commands or not. */
  public static CommandLine of(Object command) {
    return configured(new CommandLine(command));
  }

  /** Runs a command and ends the JVM with its exit code: 0 done, 1 failure, 2 usage. */
  public static void exit(CommandLine line, String... arguments) {
    Locale.setDefault(Locale.ROOT); // What is written must not depend on where it is run.
    System.exit(line.execute(arguments));
  }

  static CommandLine configured(CommandLine line) {
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(CommandLines::misused)
        .setExecutionExceptionHandler(CommandLines::failed);
  }

  /** One line and, where there is one, the nearest name; the whole help would hide it. */
  private static int misused(ParameterException misuse, String[] arguments) {
    CommandLine line = misuse.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("plumbline: " + misuse.getMessage().lines().findFirst().orElse("wrong usage"));
    if (!UnmatchedArgumentException.printSuggestions(misuse, err)
        && misuse instanceof UnmatchedArgumentException
        && !line.getSubcommands().isEmpty()) {
      err.println("plumbline: commands are " + String.join(", ", line.getSubcommands().keySet()));
    }
    err.println(
        "plumbline: " + line.getCommandSpec().qualifiedName() + " --help shows what there is");
    return ExitCodes.USAGE;
  }

  /** One line for what the user can mend; everything for what is our own mistake. */
  private static int failed(Exception failure, CommandLine line, ParseResult result) {
    PrintWriter err = line.getErr();
    if (failure instanceof PlumblineException) {
      err.println("plumbline: " + failure.getMessage());
      return failure instanceof UsageException ? ExitCodes.USAGE : ExitCodes.FAILURE;
    }
    err.println("plumbline: this is a bug; please report it with what follows");
    failure.printStackTrace(err);
    return ExitCodes.FAILURE;
  }
}
