package dev.plumbline.jobs.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Commands that only name what there is under them. */
final class Parents {
  private Parents() {}

  /** A command that asks for one of its own commands. */
  static CommandSpec spec(String name, String description) {
    CommandSpec[] spec = new CommandSpec[1];
    Runnable missing =
        () -> {
          throw new ParameterException(spec[0].commandLine(), "a command is missing");
        };
    spec[0] = CommandSpec.wrapWithoutInspection(missing).name(name).mixinStandardHelpOptions(true);
    spec[0].usageMessage().description(description).synopsisSubcommandLabel("COMMAND");
    return spec[0];
  }
}
