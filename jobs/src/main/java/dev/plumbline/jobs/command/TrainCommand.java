package dev.plumbline.jobs.command;

import dev.plumbline.lm.UsageException;
import dev.plumbline.train.Methods;
import dev.plumbline.train.config.OptionDescription;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.RunOptions;
import dev.plumbline.train.run.TrainingConfig;
import dev.plumbline.train.run.TrainingRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code plumbline train METHOD}: a command a method, its flags made from the method's options. */
final class TrainCommand<R> implements Callable<Integer> {
  private static final String CONFIG = "--config";
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
        .description(escape(method.summary()))
        .sortOptions(false)
        .customSynopsis(
            "plumbline train %s --model <folder> --data <path>,... --output <folder> [OPTIONS]"
                .formatted(method.name()));
    spec.mixinStandardHelpOptions(true);
    spec.addOption(
        OptionSpec.builder(CONFIG)
            .type(Path.class)
            .paramLabel("FILE")
            .description("YAML file of options, keys in snake_case; flags win over it.")
            .build());
    spec.addOption(
        OptionSpec.builder(RESUME)
            .type(boolean.class)
            .description("Goes on with the run in the output folder after a stop.")
            .build());
    for (OptionDescription option : TrainingConfig.schema(method).descriptions()) {
      spec.addOption(flag(option));
    }
    return spec;
  }

  private static OptionSpec flag(OptionDescription option) {
    List<String> names = new ArrayList<>(List.of(option.flag()));
    option.aliases().forEach(alias -> names.add(OptionDescription.flag(alias)));
    OptionSpec.Builder flag =
        OptionSpec.builder(names.toArray(new String[0]))
            .type(String.class)
            .paramLabel(option.type().equals("true or false") ? "true|false" : label(option))
            .description(escape(help(option)));
    if (option.type().equals("true or false")) {
      flag.arity("0..1").fallbackValue("true");
    }
    return flag.build();
  }

  private static String label(OptionDescription option) {
    String one = option.choices().isEmpty() ? option.type() : String.join("|", option.choices());
    return (option.choices().isEmpty() ? "<" + one + ">" : one) + (option.isList() ? ",..." : "");
  }

  private static String help(OptionDescription option) {
    return option.defaultValue().isEmpty()
        ? option.help()
        : option.help() + " Default: " + option.defaultValue() + ".";
  }

  /** Picocli formats descriptions: percent signs and markup must stay what they are. */
  private static String escape(String text) {
    return text.replace("%", "%%").replace("@|", "@ |");
  }

  @Override
  public Integer call() {
    ParseResult parsed = spec.commandLine().getParseResult();
    Optional<Path> config = Optional.ofNullable(parsed.matchedOptionValue(CONFIG, (Path) null));
    boolean resume = parsed.matchedOptionValue(RESUME, false);
    Options options = TrainingConfig.read(method, config, flags(parsed));
    RunOptions run = options.get(RunOptions.class);
    Path output = required(run.outputDir(), "output_dir");
    if (!resume) {
      TrainingRun.requireFree(output);
    }
    RawData raw =
        new RawData(required(run.modelNameOrPath(), "model_name_or_path"), output, resume);
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

  private static Path required(Optional<Path> path, String key) {
    return path.orElseThrow(() -> new UsageException(key + " is not set; expected a path"));
  }

  /** What was given on the command line, by flag without its dashes. */
  private static Map<String, String> flags(ParseResult parsed) {
    Map<String, String> flags = new LinkedHashMap<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      if (option.type() == String.class) {
        flags.put(option.names()[0].substring(2), option.getValue());
      }
    }
    return flags;
  }
}
