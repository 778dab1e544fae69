package dev.plumbline.eval.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.data.read.JsonRow;
import dev.plumbline.data.read.JsonRows;
import dev.plumbline.eval.report.Series.Point;
import dev.plumbline.lm.PlumblineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The training curves of a run. */
public final class Curves {
  private final String name;
  private final Map<String, List<Point>> metrics;

  private Curves(String name, Map<String, List<Point>> metrics) {
    this.name = name;
    this.metrics = metrics;
  }

  /**
   * Reads a run's {@code metrics.jsonl}: lines of {@code step} and numbers by name, those of the
   * evaluation set named {@code eval_...}.
   *
   * @param name what the report calls the run
   * @throws PlumblineException if a line is no object or has no step
   */
  public static Curves read(String name, Path file) {
    Map<String, List<Point>> metrics = new TreeMap<>();
    try (JsonRows rows = JsonRows.open(file)) {
      while (rows.hasNext()) {
        add(metrics, rows.next());
      }
    }
    return new Curves(name, metrics);
  }

  private static void add(Map<String, List<Point>> metrics, JsonRow row) {
    if (row instanceof JsonRow.Bad bad) {
      throw new PlumblineException(bad.message() + "; the run's metrics are damaged");
    }
    JsonNode line = ((JsonRow.Good) row).object();
    if (!line.path("step").isNumber()) {
      throw new PlumblineException(
          "%s line %d has no step; expected a run's metrics.jsonl"
              .formatted(row.source(), row.line()));
    }
    double step = line.get("step").asDouble();
    line.properties()
        .forEach(
            metric ->
                metrics
                    .computeIfAbsent(metric.getKey(), any -> new ArrayList<>())
                    .add(new Point(step, number(metric.getValue()))));
  }

  /** JSON has no NaN: a run that met one wrote it as text. That is a gap. */
  private static double number(JsonNode value) {
    return value.isNumber() ? value.asDouble() : Double.NaN;
  }

  String name() {
    return name;
  }

  /** Charts of the metrics that the run has. */
  List<LineChart> charts() {
    return Panel.ALL.stream()
        .map(
            panel ->
                new LineChart(
                    panel.title(),
                    "optimiser step",
                    panel.metrics().stream()
                        .filter(metrics::containsKey)
                        .map(metric -> series(panel, metric))
                        .toList()))
        .filter(chart -> !chart.series().isEmpty())
        .toList();
  }

  private Series series(Panel panel, String metric) {
    return new Series(
        panel.names().get(panel.metrics().indexOf(metric)),
        metrics.get(metric),
        metric.startsWith("eval_"));
  }

  /**
   * Metrics that belong in one chart.
   *
   * @param title what is measured, with its unit
   * @param metrics their names in the file
   * @param names their names in the legend
   */
  private record Panel(String title, List<String> metrics, List<String> names) {
    private static final List<Panel> ALL =
        List.of(
            both("Loss", "loss"),
            both("Token accuracy (share)", "mean_token_accuracy"),
            both("Reward accuracy (share of pairs)", "rewards/accuracies"),
            both("Reward margin", "rewards/margins"),
            pair("Implicit rewards", "rewards/"),
            pair("Log-prob of an answer (nats)", "logps/"),
            new Panel("Gradient norm", List.of("grad_norm"), List.of("training")));

    private static Panel both(String title, String metric) {
      return new Panel(title, List.of(metric, "eval_" + metric), List.of("training", "held out"));
    }

    private static Panel pair(String title, String prefix) {
      return new Panel(
          title, List.of(prefix + "chosen", prefix + "rejected"), List.of("chosen", "rejected"));
    }
  }
}
