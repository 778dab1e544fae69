package dev.plumbline.jobs.command;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

  /** One line with the nearest names, or all there are; the whole help would hide it. */
  private static int misused(ParameterException misuse, String[] arguments) {
    CommandLine line = misuse.getCommandLine();
    String message = misuse.getMessage().lines().findFirst().orElse("wrong usage");
    line.getErr()
        .println(
            "plumbline: %s%s; %s --help shows what there is"
                .formatted(message, meant(misuse), line.getCommandSpec().qualifiedName()));
    return ExitCodes.USAGE;
  }

  private static String meant(ParameterException misuse) {
    if (!(misuse instanceof UnmatchedArgumentException unmatched)) {
      return "";
    }
    List<String> names = unmatched.getSuggestions();
    if (!names.isEmpty()) {
      return "; did you mean " + String.join(" or ", names) + "?";
    }
    Set<String> commands = misuse.getCommandLine().getSubcommands().keySet();
    return commands.isEmpty() ? "" : "; commands are " + String.join(", ", commands);
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
