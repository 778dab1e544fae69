package dev.plumbline.jobs.command;

import dev.plumbline.lm.PlumblineException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The whole command line. */
final class PlumblineCommand {
  private PlumblineCommand() {}

  static CommandLine line() {
    CommandSpec root = Parents.spec("plumbline", "Aligns language models on the JVM.");
    root.versionProvider(new Version());
    return CommandLines.configured(
        new CommandLine(root)
            .addSubcommand(new QuickstartCommand())
            .addSubcommand(
                new PrepareCommand(
                    options -> {
                      throw new PlumblineException(
                          "prepare needs Spark's libraries; start it through bin/plumbline or spark-submit");
                    }))
            .addSubcommand(TrainCommand.line())
            .addSubcommand(EvalCommand.line())
            .addSubcommand(SweepCommand.line())
            .addSubcommand(new GenerateCommand())
            .addSubcommand(new InitCommand())
            .addSubcommand(new VerifyCommand())
            .addSubcommand(new EnvCommand()));
  }
}
