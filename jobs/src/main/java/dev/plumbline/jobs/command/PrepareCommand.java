package dev.plumbline.jobs.command;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.data.stages.PrepareOptions;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.text.Truncation;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline prepare}: raw rows to token ids, on Spark, which the caller brings. */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prepares raw rows for training, on Spark.")
public final class PrepareCommand implements Callable<Integer> {
  @Option(
      names = {"--input", "--data"},
      required = true,
      split = ",",
      paramLabel = "<path>",
      description = "JSONL or JSON, plain or gzip: files, folders or patterns; any Hadoop URI.")
  private List<String> inputs;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "<folder>",
      description = "Folder to write; any Hadoop URI.")
  private String output;

  @Option(
      names = {"--tokenizer", "--model"},
      required = true,
      paramLabel = "<folder>",
      description = "Hugging Face folder whose tokenizer makes the token ids.")
  private String tokenizer;

  @Option(
      names = "--kind",
      paramLabel = "<kind>",
      description = "${COMPLETION-CANDIDATES} (default: told by the columns).")
  private RowKind kind;

  @Option(
      names = "--max-length",
      paramLabel = "<tokens>",
      defaultValue = "" + PrepareOptions.DEFAULT_MAX_LENGTH,
      description = "Most tokens of a row; 0 is no limit. Default: ${DEFAULT-VALUE}.")
  private int maxLength;

  @Option(
      names = "--truncation-mode",
      paramLabel = "<mode>",
      defaultValue = "keep_start",
      description =
          "What is kept of a longer row: keep_start, keep_end, or drop (nothing). Default: ${DEFAULT-VALUE}.")
  private Truncation.Mode truncationMode;

  @Option(
      names = "--validation-share",
      paramLabel = "<share>",
      defaultValue = "0",
      description = "Share of the prompts whose rows are set apart. Default: ${DEFAULT-VALUE}.")
  private double validationShare;

  @Option(
      names = "--seed",
      paramLabel = "<seed>",
      defaultValue = "0",
      description = "Decides which prompts these are. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--margin",
      paramLabel = "<name>=<oracle>",
      description =
          "Adds margin_<name>_chosen and margin_<name>_rejected to pairs: the oracle's scores of the two answers, such as brevity=shorter. Repeatable.")
  private List<String> margins = List.of();

  @Option(names = "--overwrite", description = "Replaces a prepared folder of that name.")
  private boolean overwrite;

  @Spec private CommandSpec spec;

  private final Function<PrepareOptions, Manifest> spark;

  /**
   * @param spark runs the stages
   */
  public PrepareCommand(Function<PrepareOptions, Manifest> spark) {
    this.spark = spark;
  }

  @Override
  public Integer call() {
    PrepareOptions options =
        new PrepareOptions(
            inputs,
            output,
            tokenizer,
            Optional.ofNullable(kind),
            new Truncation(maxLength, truncationMode),
            validationShare,
            seed,
            overwrite,
            margins());
    Manifest manifest = spark.apply(options);
    PrepareSummary.lines(output, manifest).forEach(spec.commandLine().getOut()::println);
    return ExitCodes.DONE;
  }

  private SortedMap<String, String> margins() {
    SortedMap<String, String> oracles = new TreeMap<>();
    for (String margin : margins) {
      int equals = margin.indexOf('=');
      if (equals < 0) {
        throw new UsageException(
            "--margin is '%s'; expected a name, = and an oracle, such as brevity=shorter"
                .formatted(margin));
      }
      String name = margin.substring(0, equals);
      if (oracles.put(name, margin.substring(equals + 1)) != null) {
        throw new UsageException("--margin %s is given twice; remove one".formatted(name));
      }
    }
    return oracles;
  }
}
