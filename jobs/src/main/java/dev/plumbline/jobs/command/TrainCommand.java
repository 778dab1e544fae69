package dev.plumbline.jobs.command;

import dev.plumbline.lm.UsageException;
import dev.plumbline.train.Methods;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.RunOptions;
import dev.plumbline.train.run.TrainingConfig;
import dev.plumbline.train.run.TrainingRun;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code plumbline train METHOD}: a command a method, its flags made from the method's options. */
final class TrainCommand<R> implements Callable<Integer> {
  private static final String RESUME = "--resume";

  private final Method<R> method;
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

  private TrainCommand(Method<R> method) {
    this.method = method;
  }

  /** The command with all its methods. */
  static CommandLine line() {
    CommandSpec train = Parents.spec("train", "Trains a model by a method, into a run folder.");
    CommandLine line = new CommandLine(train);
    for (Method<?> method : Methods.all()) {
      line.addSubcommand(method.name(), new TrainCommand<>(method).spec());
    }
    return line;
  }

  private CommandSpec spec() {
    spec.usageMessage()
        .description(MethodFlags.escape(method.summary()))
        .sortOptions(false)
        .customSynopsis(
            "plumbline train %s --model <folder> --data <path>,... --output <folder> [OPTIONS]"
                .formatted(method.name()));
    spec.mixinStandardHelpOptions(true);
    spec.addOption(
        OptionSpec.builder(RESUME)
            .type(boolean.class)
            .description("Goes on with the run in the output folder after a stop.")
            .build());
    MethodFlags.add(spec, method);
    return spec;
  }

  @Override
  public Integer call() {
    ParseResult parsed = spec.commandLine().getParseResult();
    boolean resume = parsed.matchedOptionValue(RESUME, false);
    Options options =
        TrainingConfig.read(method, MethodFlags.config(parsed), MethodFlags.given(parsed));
    RunOptions run = options.get(RunOptions.class);
    Path output = run.requiredOutput();
    if (!resume) {
      TrainingRun.requireFree(output);
    }
    RawData raw = new RawData(run.requiredModel(), output, resume);
    if (run.data().isEmpty()) {
      throw new UsageException(
          "data is not set; expected a folder that prepare wrote, or files of raw rows");
    }
    TrainingRun.Result result = train(options, run, raw, resume);
    spec.commandLine().getOut().println(result.model());
    return ExitCodes.DONE;
  }

  private TrainingRun.Result train(Options options, RunOptions run, RawData raw, boolean resume) {
    try {
      TrainingRun<R> training =
          new TrainingRun<>(
              method,
              options,
              RunData.read(
                  method, raw.prepare(run.data(), "train"), raw.prepare(run.evalData(), "eval")));
      raw.made().ifPresent(training::keepData);
      return resume ? training.resume() : training.start();
    } finally {
      raw.discard();
    }
  }
}
