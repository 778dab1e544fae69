package dev.plumbline.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.eval.sweep.PolicyScores;
import dev.plumbline.eval.sweep.SweepPoint;
import dev.plumbline.eval.sweep.SweepPoint.Failure;
import dev.plumbline.eval.sweep.SweepPoint.SeedScores;
import dev.plumbline.eval.sweep.SweepResult;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class SweepReportTest {
  @TempDir private Path folder;

  private static PolicyScores scores(double win, double courtesy, double brevity, double kl) {
    Map<String, List<Double>> objectives = new LinkedHashMap<>();
    objectives.put("courtesy", List.of(courtesy - 1, courtesy + 1));
    objectives.put("brevity", List.of(brevity, brevity));
    return new PolicyScores(
        List.of(win, win), objectives, kl, 0.1, 1.5, List.of(0.1, 0.25, 0.5), 20, "hash");
  }

  private static SweepPoint point(String name, String group, int seeds, PolicyScores scores) {
    return new SweepPoint(
        name,
        group,
        Map.of("beta", 0.1),
        IntStream.range(0, seeds).mapToObj(i -> new SeedScores(i, scores)).toList());
  }

  private static SweepReport report(int seeds, List<Failure> failures) {
    return new SweepReport(
        new SweepResult(
            "start",
            "errands",
            List.of("courtesy", "brevity"),
            2,
            1,
            Collections.nCopies(seeds, 1L),
            scores(0.5, 1, 1, 0),
            List.of(
                point("loss=a,beta=1", "loss=a", seeds, scores(0.9, 3, 2, 4)),
                point("loss=a,beta=2", "loss=a", seeds, scores(0.7, 2, 1.5, -0.2)),
                point("loss=b,beta=1", "loss=b", seeds, scores(0.6, 2, 4, 2)),
                point("<alone> & \"quoted\"", "", seeds, scores(0.4, 2, 3, 1))),
            failures,
            new ClusterBootstrap(200, 0.95, 1)));
  }

  private Document page(SweepReport report) throws Exception {
    Path page = report.write(folder);
    assertThat(page.getFileName()).hasToString("sweep.html");
    String text = Files.readString(page);
    assertThat(text).doesNotContain("NaN", "src=", "href=", "url(");
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(text.replace("<!DOCTYPE html>\n", ""))));
  }

  private static long count(Document page, String tag, String attribute, String value) {
    return IntStream.range(0, page.getElementsByTagName(tag).getLength())
        .mapToObj(page.getElementsByTagName(tag)::item)
        .filter(node -> node.getAttributes().getNamedItem(attribute) != null)
        .filter(
            node -> node.getAttributes().getNamedItem(attribute).getNodeValue().startsWith(value))
        .count();
  }

  @Test
  void aPageOfItsOwnWithBothPlots() throws Exception {
    Document page = page(report(2, List.of()));
    assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(2);
    assertThat(count(page, "path", "class", "line"))
        .as("a line a value of the first key, in the first plot")
        .isEqualTo(2);
    assertThat(count(page, "circle", "class", "ring")).as("dominated").isEqualTo(2);
    assertThat(count(page, "circle", "class", "dot"))
        .as("four, then two of the front and the reference")
        .isEqualTo(7);
    assertThat(page.getDocumentElement().getTextContent())
        .contains("<alone> & \"quoted\"", "supports no claim", "hypervolume")
        .doesNotContain("Failed");
  }

  @Test
  void theTableSaysWhatItsIntervalsCover() {
    List<String> one = report(1, List.of(new Failure("x", 3, "the loss is NaN"))).lines();
    assertThat(one.get(0)).matches("point +seeds +win rate +KL \\(nats\\) +entropy .*brevity");
    assertThat(one.get(1)).startsWith("(reference)").contains("50.0 %", "0.00");
    assertThat(one.get(2)).contains("90.0 %", "prompts only", "4.00 ± 0.10", "0.250");
    assertThat(one).anyMatch(line -> line.contains("supports no claim"));
    assertThat(one)
        .anyMatch(
            line ->
                line.startsWith(
                    "Pareto front of courtesy, brevity: loss=a,beta=1, loss=b,beta=1; hypervolume over the reference 4.000 ["));
    assertThat(one).last().isEqualTo("failed: x, seed 3: the loss is NaN");
    List<String> five = report(5, List.of()).lines();
    assertThat(five.get(3)).contains("-0.20 ± 0.00").doesNotContain("prompts only");
    assertThat(five).noneMatch(line -> line.contains("supports no claim"));
  }

  @Test
  void theSameForPrograms() throws Exception {
    report(2, List.of(new Failure("x", 3, "the loss is NaN"))).write(folder);
    JsonNode json = new ObjectMapper().readTree(folder.resolve("sweep.json").toFile());
    assertThat(json.at("/points/1/dominated").asBoolean()).isTrue();
    assertThat(json.at("/points/0/win_rate_ci95/0").asDouble()).isEqualTo(0.9);
    assertThat(json.at("/points/0/interval_covers").asText()).isEqualTo("seeds");
    assertThat(json.at("/points/0/settings/beta").asDouble()).isEqualTo(0.1);
    assertThat(json.at("/points/0/seeds/1/objectives/courtesy").asDouble()).isEqualTo(3);
    assertThat(json.at("/reference_scores/win_rate").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/hypervolume").asDouble()).isEqualTo(4);
    assertThat(json.at("/failures/0/reason").asText()).isEqualTo("the loss is NaN");
  }
}
