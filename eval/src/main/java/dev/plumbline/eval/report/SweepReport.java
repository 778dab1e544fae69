package dev.plumbline.eval.report;

import dev.plumbline.eval.stats.Estimate;
import dev.plumbline.eval.sweep.FrontSummary;
import dev.plumbline.eval.sweep.PointSummary;
import dev.plumbline.eval.sweep.PolicyScores;
import dev.plumbline.eval.sweep.SweepPoint;
import dev.plumbline.eval.sweep.SweepResult;
import dev.plumbline.lm.io.WholeFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A sweep for people and programs: a table for the terminal, {@code sweep.json}, and {@code
 * sweep.html}, which loads nothing.
 */
public final class SweepReport {
  private final SweepResult result;
  private final List<PointSummary> points;
  private final Optional<FrontSummary> front;

  /** Sums up a result. */
  public SweepReport(SweepResult result) {
    this.result = result;
    this.points = result.summaries();
    this.front = result.front();
  }

  /** The table, what it covers, the front, and what failed. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(aligned(rows()));
    lines.add(covers());
    lines.add(claim());
    front.ifPresent(each -> lines.add(frontLine(each)));
    result.failures().forEach(failure -> lines.add("failed: " + failure));
    return lines;
  }

  /**
   * Writes {@code sweep.json} and {@code sweep.html} into a folder that exists.
   *
   * @return the page
   */
  public Path write(Path folder) {
    WholeFiles.write(folder.resolve("sweep.json"), SweepJson.of(result, points, front, claim()));
    Path page = folder.resolve("sweep.html");
    WholeFiles.write(page, new SweepPage(this, result, points, front).text());
    return page;
  }

  /** Head and rows of the table; the reference comes first. */
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    List<String> head =
        new ArrayList<>(
            List.of("point", "seeds", "win rate", "KL (nats)", "entropy", "distinct-2", "tokens"));
    head.addAll(result.objectives());
    rows.add(head);
    rows.add(base(result.base()));
    points.forEach(point -> rows.add(row(point)));
    return rows;
  }

  private List<String> base(PolicyScores base) {
    List<String> row =
        new ArrayList<>(
            List.of(
                "(reference)",
                "-",
                Texts.percent(base.winRate()),
                number("%.2f", base.kl()),
                number("%.2f", base.entropy()),
                number("%.3f", base.distinct().get(1)),
                number("%.1f", base.tokens())));
    result.objectives().forEach(name -> row.add(number("%.2f", base.objective(name))));
    return row;
  }

  private List<String> row(PointSummary point) {
    List<String> row =
        new ArrayList<>(
            List.of(
                point.point().name(),
                String.valueOf(point.point().seeds().size()),
                Texts.interval(point.winRate()) + (point.overSeeds() ? "" : " prompts only"),
                number("%.2f", point.kl().value()) + number(" ± %.2f", point.klError()),
                number("%.2f", point.entropy()),
                number("%.3f", point.distinct().get(1)),
                number("%.1f", point.tokens())));
    result.objectives().forEach(name -> row.add(interval("%.2f", point.objectives().get(name))));
    return row;
  }

  private static List<String> aligned(List<List<String>> rows) {
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(i -> rows.stream().mapToInt(row -> row.get(i).length()).max().orElseThrow())
            .toArray();
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, widths.length)
                    .mapToObj(i -> String.format("%-" + widths[i] + "s", row.get(i)))
                    .collect(Collectors.joining("  "))
                    .stripTrailing())
        .toList();
  }

  /** What the intervals are over. */
  String covers() {
    return "%s prompts, %s each, judged by %s against %s; intervals are %s: Student's t over seeds, or over prompts only where it says so; KL ± standard error"
        .formatted(
            Texts.count(result.prompts()),
            result.samples() == 1 ? "1 sample" : result.samples() + " samples",
            result.oracle(),
            result.reference(),
            percent(result.bootstrap().confidence()));
  }

  /** How far the numbers go. */
  String claim() {
    return result.supportsClaims()
        ? "every point has %d seeds or more; compare methods along curves, not at one setting"
            .formatted(SweepResult.ENOUGH_SEEDS)
        : "fewer than %d seeds: this sweep supports no claim that one method beats another"
            .formatted(SweepResult.ENOUGH_SEEDS);
  }

  /** The Pareto front in a line. */
  String frontLine(FrontSummary each) {
    return "Pareto front of %s: %s; hypervolume over the reference %s (%s, over prompts)"
        .formatted(
            String.join(", ", result.objectives()),
            IntStream.range(0, points.size())
                .filter(i -> !each.dominated().get(i))
                .mapToObj(points::get)
                .map(PointSummary::point)
                .map(SweepPoint::name)
                .collect(Collectors.joining(", ")),
            interval("%.4g", each.hypervolume()),
            percent(each.hypervolume().confidence()));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  private static String interval(String format, Estimate estimate) {
    return number(format, estimate.value())
        + " ["
        + number(format, estimate.low())
        + ", "
        + number(format, estimate.high())
        + "]";
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
