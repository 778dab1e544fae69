package dev.plumbline.jobs.command;

import dev.plumbline.eval.report.Curves;
import dev.plumbline.eval.report.Report;
import dev.plumbline.eval.report.TextReport;
import dev.plumbline.eval.winrate.BestOf;
import dev.plumbline.eval.winrate.Contestant;
import dev.plumbline.eval.winrate.Prompts;
import dev.plumbline.eval.winrate.WinRate;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.reward.PreferenceOracle;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline eval win-rate}: how often a policy's answers beat a reference's. */
@Command(
    name = "win-rate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "How often a policy's answers beat a reference's, judged in both orders.")
final class WinRateCommand implements Callable<Integer> {
  @Option(
      names = "--policy",
      required = true,
      paramLabel = "<path>",
      description = "Model folder, run folder, or file of answers (prompt, completion).")
  private Path policy;

  @Option(
      names = "--reference",
      required = true,
      paramLabel = "<path>",
      description = "What to compare with: the same kinds.")
  private Path reference;

  @Option(
      names = "--prompts",
      required = true,
      paramLabel = "<file>",
      description =
          "JSONL or JSON, plain or gzip, with a column prompt, and answer where the oracle compares with one.")
  private Path prompts;

  @Option(
      names = "--oracle",
      required = true,
      paramLabel = "<name>",
      description = "Who judges; an unknown name lists all there are.")
  private String oracle;

  @Option(
      names = "--limit",
      paramLabel = "<n>",
      defaultValue = "0",
      description = "Only the first n prompts; 0 is all. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--best-of",
      paramLabel = "<n>",
      defaultValue = "1",
      description =
          "Lets the oracle choose the policy's answer from n: a yardstick. Default: ${DEFAULT-VALUE}.")
  private int bestOf;

  @Option(
      names = "--output",
      paramLabel = "<folder>",
      description = "Folder for report.json and report.html; made if it is not there.")
  private Path output;

  @Option(names = "--title", paramLabel = "<text>", description = "The report's title.")
  private String title;

  @Option(
      names = "--resamples",
      paramLabel = "<n>",
      defaultValue = "10000",
      description = "Resamples of the bootstrap. Default: ${DEFAULT-VALUE}.")
  private int resamples;

  @Mixin private SamplingFlags sampling;
  @Mixin private DeviceFlag device;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (bestOf < 1) {
      throw new UsageException("--best-of is " + bestOf + "; expected at least 1");
    }
    if (limit < 0) {
      throw new UsageException("--limit is " + limit + "; expected 0 for all, or more");
    }
    if (output != null && Files.exists(output) && !Files.isDirectory(output)) {
      throw new UsageException("--output " + output + " is a file; expected a folder");
    }
    Prompts asked = Prompts.read(prompts, limit);
    PreferenceOracle judge = Oracles.all().parse(oracle, asked.expected());
    WinRate.Options options =
        new WinRate.Options(sampling.samples(), sampling.seed(), resamples, 0.95);
    try (Entrant one = Entrant.open(policy, sampling, device.device());
        Entrant other = Entrant.open(reference, sampling, device.device())) {
      Contestant contestant =
          bestOf > 1 ? new BestOf(one.contestant(), bestOf, judge) : one.contestant();
      WinRate result = WinRate.run(contestant, other.contestant(), asked.texts(), judge, options);
      PrintWriter out = spec.commandLine().getOut();
      TextReport.lines(result).forEach(out::println);
      if (output != null) {
        out.println(
            report(result, options, asked, List.of(one, other))
                .write(WholeFiles.makeFolder(output, "--output")));
      }
      return ExitCodes.DONE;
    }
  }

  private Report report(
      WinRate result, WinRate.Options options, Prompts asked, List<Entrant> entrants) {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("policy", policy.toString());
    config.put("reference", reference.toString());
    config.put("prompts", prompts.toString());
    config.put("oracle", oracle);
    config.putAll(sampling.described());
    config.put("best of", String.valueOf(bestOf));
    config.put("device", device.device().toString());
    Map<String, String> hashes = new LinkedHashMap<>();
    hashes.put("prompts", Hashes.ofInput(prompts));
    List<Curves> curves = new ArrayList<>();
    for (Entrant entrant : entrants) {
      hashes.put(entrant.contestant().name(), entrant.hash());
      entrant
          .metrics()
          .ifPresent(file -> curves.add(Curves.read(entrant.contestant().name(), file)));
    }
    String named =
        title == null ? result.policy().name() + " against " + result.reference().name() : title;
    return new Report(
        named, result, options, asked.duplicates(), List.of(), curves, config, hashes);
  }
}
