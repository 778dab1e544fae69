package dev.plumbline.eval.report;

import dev.plumbline.eval.report.PointChart.Group;
import dev.plumbline.eval.report.PointChart.Mark;
import dev.plumbline.eval.stats.Estimate;
import dev.plumbline.eval.sweep.FrontSummary;
import dev.plumbline.eval.sweep.PointSummary;
import dev.plumbline.eval.sweep.SweepResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A sweep as one page that loads nothing. */
final class SweepPage {
  private final SweepReport report;
  private final SweepResult result;
  private final List<PointSummary> points;
  private final Optional<FrontSummary> front;
  private final Markup page = new Markup();

  SweepPage(
      SweepReport report,
      SweepResult result,
      List<PointSummary> points,
      Optional<FrontSummary> front) {
    this.report = report;
    this.result = result;
    this.points = points;
    this.front = front;
  }

  String text() {
    HtmlReport.open(page, "Plumbline sweep");
    page.open("header");
    page.leaf("h1", "Sweep of %d points".formatted(points.size()));
    page.leaf("p", report.covers() + ".", "class", "lead");
    page.leaf("p", report.claim() + ".", "class", "lead").close();
    page.open("main");
    if (!points.isEmpty()) {
      winRates();
      front.ifPresent(this::front);
    }
    table();
    failures();
    page.close();
    return HtmlReport.close(page);
  }

  private void winRates() {
    page.leaf("h2", "Win rate against KL from the reference");
    figure(
        "win rate (%)",
        new PointChart(
            "Win rate in percent against KL",
            "KL from the reference on fresh samples (nats an answer)",
            groups(PointSummary::kl, point -> scaled(point.winRate(), 100), false)));
    page.leaf(
        "p",
        "A line joins the points of one value of the first key, in the order of their KL. Methods are compared along their lines, not at equal settings.",
        "class",
        "note");
  }

  private void front(FrontSummary summary) {
    String first = result.objectives().get(0);
    String second = result.objectives().get(1);
    page.leaf("h2", "Pareto front");
    List<Group> groups =
        new ArrayList<>(
            groups(
                point -> point.objectives().get(first),
                point -> point.objectives().get(second),
                true));
    double x = summary.reference().get(0);
    double y = summary.reference().get(1);
    double confidence = result.bootstrap().confidence();
    groups.add(
        new Group(
            "(reference)",
            false,
            List.of(
                new Mark(
                    "(reference)",
                    new Estimate(x, x, x, confidence),
                    new Estimate(y, y, y, confidence),
                    false))));
    figure(second, new PointChart("Pareto front", first, groups));
    page.leaf("p", report.frontLine(summary) + ".", "class", "note");
    page.leaf(
        "p",
        "Rings are dominated: another point is nowhere worse and somewhere better, by the means. The hypervolume's interval resamples prompts only; a front takes the best of noisy points and so looks larger than it is.",
        "class",
        "note");
  }

  /** Points by group; those that stand alone are groups of one. */
  private List<Group> groups(
      Function<PointSummary, Estimate> x, Function<PointSummary, Estimate> y, boolean fronts) {
    Map<String, List<Mark>> marks = new LinkedHashMap<>();
    Map<String, Boolean> joined = new LinkedHashMap<>();
    for (int i = 0; i < points.size(); i++) {
      PointSummary point = points.get(i);
      String group = point.point().group();
      String name = group.isEmpty() ? point.point().name() : group;
      boolean hollow = fronts && front.orElseThrow().dominated().get(i);
      joined.put(name, !fronts && !group.isEmpty());
      marks
          .computeIfAbsent(name, any -> new ArrayList<>())
          .add(new Mark(point.point().name(), x.apply(point), y.apply(point), hollow));
    }
    List<Group> groups = new ArrayList<>();
    marks.forEach(
        (name, of) ->
            groups.add(
                new Group(
                    name,
                    joined.get(name),
                    of.stream()
                        .sorted(Comparator.comparingDouble((Mark mark) -> mark.x().value()))
                        .toList())));
    return groups;
  }

  private void figure(String yTitle, PointChart chart) {
    page.open("figure").open("figcaption").leaf("strong", yTitle);
    for (int i = 0; i < chart.groups().size(); i++) {
      page.leaf("span", chart.groups().get(i).name(), "class", "legend " + PointChart.colour(i));
    }
    page.close().add(chart.draw()).close();
  }

  private void table() {
    page.leaf("h2", "All points");
    List<List<String>> rows = report.rows();
    Table table = new Table(page, rows.get(0).toArray(String[]::new));
    for (List<String> row : rows.subList(1, rows.size())) {
      table.row("", row.get(0), row.subList(1, row.size()).toArray(String[]::new));
    }
    table.end();
  }

  private void failures() {
    if (result.failures().isEmpty()) {
      return;
    }
    page.leaf("h2", "Failed");
    result.failures().forEach(failure -> page.leaf("p", failure.toString()));
  }

  private static Estimate scaled(Estimate estimate, double factor) {
    return new Estimate(
        factor * estimate.value(),
        factor * estimate.low(),
        factor * estimate.high(),
        estimate.confidence());
  }
}
