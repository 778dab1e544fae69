package dev.plumbline.jobs.command;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.eval.report.RewardReport;
import dev.plumbline.eval.rewards.JudgedPair;
import dev.plumbline.eval.rewards.RewardAccuracy;
import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.jobs.crossvalidation.CrossValidation;
import dev.plumbline.jobs.crossvalidation.CrossValidation.Labels;
import dev.plumbline.lm.UsageException;
import dev.plumbline.train.Methods;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.loop.TrainerOptions;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.RunOptions;
import dev.plumbline.train.run.TrainingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code plumbline eval cross-validate METHOD}: how often a method's implicit reward is right on
 * pairs of prompts that it was not trained on.
 */
final class CrossValidateCommand implements Callable<Integer> {
  private static final String FOLDS = "--folds";
  private static final String NO_SHUFFLED = "--no-shuffled";
  private static final String KEEP_MODELS = "--keep-models";

  private final Method<PairRow> method;
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

  private CrossValidateCommand(Method<PairRow> method) {
    this.method = method;
  }

  /** The command with all methods that train on pairs. */
  @SuppressWarnings("unchecked") // The row type is checked.
  static CommandLine line() {
    CommandLine line =
        new CommandLine(
            Parents.spec(
                "cross-validate",
                "How often a method's implicit reward is right on held-out pairs."));
    for (Method<?> each : Methods.all()) {
      if (each.rowType() == PairRow.class) {
        line.addSubcommand(each.name(), new CrossValidateCommand((Method<PairRow>) each).spec());
      }
    }
    return line;
  }

  private CommandSpec spec() {
    spec.usageMessage()
        .description(
            "Deals the prompts out into folds, trains on all folds but one, and judges that one.",
            "Options are those of the training.")
        .sortOptions(false)
        .customSynopsis(
            "plumbline eval cross-validate %s --model <folder> --data <path>,... --output <folder> [OPTIONS]"
                .formatted(method.name()));
    spec.mixinStandardHelpOptions(true);
    spec.addOption(
        OptionSpec.builder(FOLDS)
            .type(int.class)
            .paramLabel("<n>")
            .defaultValue("5")
            .description("How many. Default: 5.")
            .build());
    spec.addOption(
        OptionSpec.builder(NO_SHUFFLED)
            .type(boolean.class)
            .description("Leaves out the control that trains on shuffled labels.")
            .build());
    spec.addOption(
        OptionSpec.builder(KEEP_MODELS)
            .type(boolean.class)
            .description("Keeps the trained models in their run folders.")
            .build());
    MethodFlags.add(spec, method);
    return spec;
  }

  @Override
  public Integer call() {
    ParseResult parsed = spec.commandLine().getParseResult();
    Options options = options(parsed, Optional.empty());
    RunOptions run = options.get(RunOptions.class);
    Path folder = run.requiredOutput();
    requireUsable(options, run, folder);
    int folds = parsed.matchedOptionValue(FOLDS, 5);
    CrossValidation validation =
        new CrossValidation(
            method,
            options,
            each -> options(parsed, Optional.of(each)),
            RunData.read(method, run.data(), List.of()),
            folds,
            parsed.matchedOptionValue(KEEP_MODELS, false));
    boolean control = !parsed.matchedOptionValue(NO_SHUFFLED, false);
    List<List<JudgedPair>> judged =
        validation.run(
            folder, control ? List.of(Labels.TRUE, Labels.SHUFFLED) : List.of(Labels.TRUE));
    ClusterBootstrap bootstrap = ClusterBootstrap.of(options.get(TrainerOptions.class).seed());
    RewardReport report =
        new RewardReport(
            method.name(),
            folds,
            RewardAccuracy.of(judged.get(0), bootstrap),
            control ? Optional.of(RewardAccuracy.of(judged.get(1), bootstrap)) : Optional.empty(),
            options.values());
    report.lines().forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().println(report.write(folder));
    return ExitCodes.DONE;
  }

  private Options options(ParseResult parsed, Optional<Path> folder) {
    Map<String, String> flags = new LinkedHashMap<>(MethodFlags.given(parsed));
    folder.ifPresent(path -> flags.put("output-dir", path.toString()));
    return TrainingConfig.read(method, MethodFlags.config(parsed), flags);
  }

  private void requireUsable(Options options, RunOptions run, Path folder) {
    if (Files.exists(folder)) {
      throw new UsageException(folder + " exists already; remove it, or choose another output_dir");
    }
    run.requiredModel();
    if (run.data().isEmpty()) {
      throw new UsageException("data is not set; expected a folder that prepare wrote");
    }
    options.refuse("eval_data", "a cross-validation deals out its data", "add it to data");
    for (String key :
        List.of(
            "eval_steps",
            "per_device_eval_batch_size",
            "early_stopping_patience",
            "load_best_model_at_end")) {
      options.refuse(key, "the trainings of a cross-validation evaluate nothing", "remove it");
    }
    for (String key :
        List.of(
            "ref_model_name_or_path",
            "reference_cache",
            "precompute_ref_batch_size",
            "reference_free",
            "ld_alpha")) {
      if (options.values().containsKey(key)) {
        options.refuse(
            key,
            "a cross-validation judges by whole log-probs against the model as it starts",
            "remove it");
      }
    }
  }
}
