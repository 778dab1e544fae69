package dev.plumbline.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.eval.report.Series.Point;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.random.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsTest {
  @TempDir private Path folder;

  @Test
  void ticksAreRound() {
    assertThat(labels(0, 600, 5)).containsExactly("0", "200", "400", "600");
    assertThat(labels(0.41, 0.93, 4)).containsExactly("0.6", "0.8");
    assertThat(labels(-15.2, -3, 4)).containsExactly("−15", "−10", "−5");
    assertThat(labels(0, 2e-4, 4)).containsExactly("0", "5.0e−5", "1.0e−4", "1.5e−4", "2.0e−4");
    assertThat(labels(0, 3e6, 3)).containsExactly("0", "1.0e6", "2.0e6", "3.0e6");
  }

  /** A value that is not finite lifts the pen: two strokes, no line over the gap. */
  @Test
  void notANumberIsAGap() {
    String drawn =
        chart(new Point(1, 1), new Point(2, Double.NaN), new Point(3, 2), new Point(4, 3));
    String path = drawn.replaceAll("(?s).* d=\"([^\"]*)\".*", "$1");
    assertThat(path).matches("M[^ML]+M[^ML]+L[^ML]+");
    assertThat(drawn).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void flatAndSingleAndEmptyCurvesAreDrawn() {
    for (String drawn :
        List.of(
            chart(new Point(1, 2), new Point(2, 2)),
            chart(new Point(5, 0)),
            chart(new Point(1, Double.NaN)),
            chart(new Point(1, Double.POSITIVE_INFINITY), new Point(2, 1)))) {
      assertThat(drawn).contains("<svg").doesNotContain("NaN").doesNotContain("Infinity");
    }
  }

  @Test
  void saysWhereACurveStartsAndEnds() {
    assertThat(chart(new Point(1, 2.5), new Point(10, 0.51234)))
        .contains("aria-label=\"Loss; training from 2.500 at 1 to 0.5123 at 10\"");
  }

  /** 100,000 points become few, and the one spike is still there. */
  @Test
  void thinningKeepsEverySpikeAndTheOrder() {
    RandomStream random = new RandomStream(1, "thin", 0);
    List<Point> points =
        new ArrayList<>(
            IntStream.range(0, 100_000).mapToObj(i -> new Point(i, random.uniform())).toList());
    points.set(54_321, new Point(54_321, 99));
    points.set(77_777, new Point(77_777, Double.NaN));
    List<Point> kept = new Series("s", points, false).thinned(400).points();
    assertThat(kept).hasSizeBetween(300, 401).contains(new Point(54_321, 99));
    assertThat(kept).isSortedAccordingTo(Comparator.comparingDouble(Point::x));
    assertThat(kept.stream().filter(point -> Double.isNaN(point.y()))).hasSize(1);
    assertThat(new Series("s", points.subList(0, 400), false).thinned(400).points())
        .isEqualTo(points.subList(0, 400));
  }

  @Test
  void readsARunsMetrics() throws IOException {
    Path file =
        Files.write(
            folder.resolve("metrics.jsonl"),
            List.of(
                "{\"step\":10,\"loss\":0.7,\"rewards/margins\":0.1,\"rewards/chosen\":0.2,\"rewards/rejected\":0.1,\"logps/chosen\":-9.5}",
                "{\"step\":10,\"eval_loss\":0.68}",
                "{\"step\":20,\"loss\":0.6,\"rewards/margins\":0.3,\"rewards/chosen\":0.2,\"rewards/rejected\":-0.1,\"logps/chosen\":-9.0}"));
    List<LineChart> charts = Curves.read("run", file).charts();
    assertThat(charts)
        .extracting(LineChart::title)
        .containsExactly(
            "Loss", "Reward margin", "Implicit rewards", "Log-prob of an answer (nats)");
    assertThat(charts.get(0).series())
        .containsExactly(
            new Series("training", List.of(new Point(10, 0.7), new Point(20, 0.6)), false),
            new Series("held out", List.of(new Point(10, 0.68)), true));
    assertThat(charts.get(2).series())
        .extracting(Series::name)
        .containsExactly("chosen", "rejected");
  }

  @Test
  void namesTheLineThatIsNoMetrics() throws IOException {
    Path file = Files.write(folder.resolve("m.jsonl"), List.of("{\"step\":1}", "{\"loss\":1}"));
    assertThatThrownBy(() -> Curves.read("run", file))
        .isInstanceOf(PlumblineException.class)
        .hasMessage(file + " line 2 has no step; expected a run's metrics.jsonl");
  }

  private static List<String> labels(double low, double high, int wanted) {
    return Ticks.in(low, high, wanted).stream().map(Ticks::label).toList();
  }

  private static String chart(Point... points) {
    Series series = new Series("training", List.of(points), false);
    return new LineChart("Loss", "optimiser step", List.of(series)).draw().toString();
  }
}
