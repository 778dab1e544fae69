package dev.plumbline.jobs.command;

import dev.plumbline.eval.report.SweepReport;
import dev.plumbline.eval.sweep.SweepResult;
import dev.plumbline.jobs.sweep.EvaluateOptions;
import dev.plumbline.jobs.sweep.Sweep;
import dev.plumbline.jobs.sweep.SweepConfig;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.reward.catalog.OracleCatalog;
import dev.plumbline.train.config.OptionDescription;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline sweep}: many trainings from one file, compared. */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Trains many settings with many seeds from one file, and compares them.")
final class SweepCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "<file>",
      description = "YAML of method, options, grid, runs, soups, seeds and evaluate.")
  private Path config;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "<folder>",
      description = "Folder of all runs and of the report.")
  private Path output;

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "<n>",
      description = "Seeds of every setting, instead of the file's.")
  private List<Long> seeds;

  @Option(names = "--resume", description = "Goes on with a sweep that was stopped.")
  private boolean resume;

  @Spec private CommandSpec spec;

  /** The command, with the keys of its file that are its own in its help. */
  static CommandLine line() {
    CommandLine line = new CommandLine(new SweepCommand());
    line.getCommandSpec()
        .usageMessage()
        .footer(
            Stream.concat(
                    Stream.of("%nUnder evaluate:"),
                    EvaluateOptions.schema().descriptions().stream().map(SweepCommand::help))
                .toArray(String[]::new));
    return line;
  }

  private static String help(OptionDescription option) {
    String text = "  %-15s %s".formatted(option.key(), option.help());
    return MethodFlags.escape(
        option.defaultValue().isEmpty() ? text : text + " Default: " + option.defaultValue() + ".");
  }

  @Override
  public Integer call() {
    OracleCatalog oracles = Oracles.all();
    SweepConfig asked = SweepConfig.read(config, Optional.ofNullable(seeds), oracles);
    SweepResult result = new Sweep(asked, output, RunData::read, oracles).run(resume);
    SweepReport report = new SweepReport(result);
    PrintWriter out = spec.commandLine().getOut();
    report.lines().forEach(out::println);
    out.println(report.write(output));
    if (!result.failures().isEmpty()) {
      throw new PlumblineException(
          "%d of the sweep's policies are missing, the first being %s; --resume tries them again"
              .formatted(result.failures().size(), result.failures().get(0)));
    }
    return ExitCodes.DONE;
  }
}
