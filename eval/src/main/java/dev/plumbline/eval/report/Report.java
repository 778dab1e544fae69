package dev.plumbline.eval.report;

import dev.plumbline.eval.stats.Estimate;
import dev.plumbline.eval.winrate.WinRate;
import dev.plumbline.lm.io.WholeFiles;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An evaluation with all that a reader needs to believe it.
 *
 * @param title what was evaluated, in a few words
 * @param result the main comparison
 * @param options its settings
 * @param duplicates rows of the prompts' file that repeated a prompt
 * @param controls comparisons beside it
 * @param curves of the training runs that led to it
 * @param config settings to show, in the order to show them: name to value
 * @param hashes of what went in: name to SHA-256
 */
public record Report(
    String title,
    WinRate result,
    WinRate.Options options,
    int duplicates,
    List<Control> controls,
    List<Curves> curves,
    Map<String, String> config,
    Map<String, String> hashes) {
  public Report {
    controls = List.copyOf(controls);
    curves = List.copyOf(curves);
    config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    hashes = Collections.unmodifiableMap(new LinkedHashMap<>(hashes));
  }

  /**
   * Writes {@code report.json} and {@code report.html} into a folder that exists.
   *
   * @return the page
   * @throws dev.plumbline.lm.PlumblineException if they cannot be written
   */
  public Path write(Path folder) {
    WholeFiles.write(folder.resolve("report.json"), JsonReport.of(this));
    Path page = folder.resolve("report.html");
    WholeFiles.write(page, HtmlReport.of(this));
    return page;
  }

  /** The result in a sentence, no more certain than its interval. */
  public String headline() {
    return headline(result);
  }

  /** The same of a comparison alone. */
  public static String headline(WinRate result) {
    Estimate rate = result.rate();
    String policy = result.policy().name();
    String reference = result.reference().name();
    String shares = Texts.interval(rate);
    if (rate.low() > 0.5) {
      return "%s beats %s: it wins %s of comparisons".formatted(policy, reference, shares);
    }
    if (rate.high() < 0.5) {
      return "%s loses to %s: it wins %s of comparisons".formatted(policy, reference, shares);
    }
    return "%s and %s cannot be told apart: %s of comparisons won"
        .formatted(policy, reference, shares);
  }
}
