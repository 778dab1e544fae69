package dev.plumbline.jobs.command;

import picocli.CommandLine;

/** {@code plumbline eval}: what is known of a trained model. */
final class EvalCommand {
  private EvalCommand() {}

  static CommandLine line() {
    return new CommandLine(Parents.spec("eval", "Evaluates a trained model."))
        .addSubcommand(new WinRateCommand())
        .addSubcommand(CrossValidateCommand.line());
  }
}
