package dev.plumbline.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.eval.report.Control.Expectation;
import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.eval.stats.Estimate;
import dev.plumbline.eval.winrate.Answer;
import dev.plumbline.eval.winrate.WinRate;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.reward.LengthRule;
import dev.plumbline.reward.Score;
import dev.plumbline.reward.ScoreOracle;
import dev.plumbline.reward.Scorer;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
  private static final String HOSTILE =
      "<script>alert('x')</script> & \" ]]> \u0000 \u0007 \ud800 \uffff </svg></style> é 😀";

  @TempDir private Path folder;

  @Test
  void thePageIsWellFormedAndLoadsNothing() throws Exception {
    String page = HtmlReport.of(report(HOSTILE));
    Document document = parse(page);
    assertThat(
            nodes(
                document,
                "//*[local-name()='script' or local-name()='link' or local-name()='img']"))
        .isEmpty();
    assertThat(nodes(document, "//@src | //@href | //@onclick")).isEmpty();
    assertThat(
            page.replace("http://www.w3.org/1999/xhtml", "")
                .replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("http")
        .doesNotContain("url(")
        .doesNotContain("@import");
  }

  /** What models and users write is data: it is shown, never run, and nothing of it is lost. */
  @Test
  void textIsEscaped() throws Exception {
    Document document = parse(HtmlReport.of(report(HOSTILE)));
    String shown = document.getElementsByTagName("body").item(0).getTextContent();
    assertThat(shown)
        .contains(
            "<script>alert('x')</script> & \" ]]> \ufffd \ufffd \ufffd \ufffd </svg></style> é 😀");
  }

  @Test
  void theNumbersAreThere() throws Exception {
    Report report = report("fine");
    Document document = parse(HtmlReport.of(report));
    String text = document.getDocumentElement().getTextContent();
    String interval = Texts.interval(report.result().rate());
    assertThat(texts(document, "//*[local-name()='h1']").get(0))
        .isEqualTo("policy beats reference: it wins " + interval + " of comparisons")
        .isEqualTo(report.headline());
    assertThat(texts(document, "//*[local-name()='title']").get(0)).isEqualTo(report.headline());
    assertThat(text)
        .contains("40 prompts, 2 comparisons each, judged by “longer” in both orders")
        .contains("SFT against itself", "49.0 % [40.0, 58.0]", "✓ as expected", "✗ not as expected")
        .contains("learning rate", "2e-4", "ab".repeat(32));
  }

  @Test
  void whoSeesNoPictureIsTold() throws Exception {
    Document document = parse(HtmlReport.of(report("fine")));
    NodeList pictures =
        nodeList(document, "//*[local-name()='svg'][not(@aria-hidden)][not(@class='scale')]");
    assertThat(pictures.getLength()).isGreaterThan(4);
    for (int i = 0; i < pictures.getLength(); i++) {
      assertThat(pictures.item(i).getAttributes().getNamedItem("role").getNodeValue())
          .isEqualTo("img");
      assertThat(pictures.item(i).getAttributes().getNamedItem("aria-label").getNodeValue())
          .isNotBlank();
    }
    assertThat(nodes(document, "//*[local-name()='th'][not(@scope)]")).isEmpty();
    assertThat(document.getDocumentElement().getAttribute("lang")).isEqualTo("en");
  }

  /** The samples are those that the stated rule names. */
  @Test
  void samplesAreChosenByHash() throws Exception {
    Report report = report("fine");
    List<String> prompts =
        texts(parse(HtmlReport.of(report)), "//*[local-name()='p'][@class='prompt']");
    List<String> expected =
        IntStream.range(0, 40)
            .mapToObj(i -> "prompt " + i)
            .sorted(Comparator.comparing(Hashes::of))
            .limit(6)
            .toList();
    assertThat(prompts).isEqualTo(expected);
  }

  @Test
  void headlinesAreNoMoreCertainThanTheirIntervals() {
    assertThat(Report.headline(result(10, 8, "x")))
        .startsWith("policy beats reference: it wins 100.0 % [");
    assertThat(Report.headline(result(8, 10, "x")))
        .startsWith("policy loses to reference: it wins");
    assertThat(Report.headline(result(8, 8, "x")))
        .startsWith("policy and reference cannot be told apart: 50.0 % [");
  }

  @Test
  void programsReadTheSameNumbers() throws Exception {
    Report report = report("fine");
    report.write(folder);
    assertThat(folder.resolve("report.html")).exists();
    JsonNode json = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    assertThat(json.get("win_rate").asDouble()).isEqualTo(report.result().rate().value());
    assertThat(json.at("/win_rate_ci95/0").asDouble()).isEqualTo(report.result().rate().low());
    assertThat(json.at("/win_rate_ci95/1").asDouble()).isEqualTo(report.result().rate().high());
    assertThat(json.get("n_prompts").asInt()).isEqualTo(40);
    assertThat(json.get("n_samples").asInt()).isEqualTo(2);
    assertThat(json.get("n_comparisons").asInt()).isEqualTo(80);
    assertThat(json.get("duplicate_prompts").asInt()).isEqualTo(3);
    assertThat(json.get("seed").asLong()).isEqualTo(17);
    assertThat(json.at("/lengths/policy/characters").asDouble()).isGreaterThan(10);
    assertThat(json.at("/lengths/policy/tokens").isMissingNode()).as("not counted").isTrue();
    assertThat(json.at("/controls/1/as_expected").asBoolean()).isFalse();
    assertThat(json.at("/config/learning rate").asText()).isEqualTo("2e-4");
    assertThat(json.at("/win_rate_by_length/2/win_rate").asDouble()).isEqualTo(1);
  }

  @Test
  void sameReportSameBytes() {
    assertThat(HtmlReport.of(report("fine"))).isEqualTo(HtmlReport.of(report("fine")));
    assertThat(JsonReport.of(report("fine"))).isEqualTo(JsonReport.of(report("fine")));
  }

  @Test
  void theTerminalIsToldWhatMatters() {
    assertThat(TextReport.lines(report("fine").result()))
        .anyMatch(line -> line.startsWith("policy beats reference: it wins"))
        .anyMatch(line -> line.contains("40 prompts, 2 samples each, judged by longer"))
        .anyMatch(line -> line.contains("95 % interval over prompts only"))
        .anyMatch(line -> line.matches("  won .* %, tied .* %, lost .* %"))
        .anyMatch(line -> line.matches("  policy: [0-9.]+ characters an answer.*"))
        .noneMatch(line -> line.contains("orders"));
  }

  @Test
  void theLanguageOfTheMachineDoesNotMatter() {
    Report report = report("fine");
    List<String> lines = TextReport.lines(report.result());
    String page = HtmlReport.of(report);
    Locale before = Locale.getDefault();
    try {
      for (String language : List.of("de-DE", "ar-EG")) {
        Locale.setDefault(Locale.forLanguageTag(language));
        assertThat(TextReport.lines(report.result())).isEqualTo(lines);
        assertThat(HtmlReport.of(report)).isEqualTo(page);
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void partsOfTheScoreAreShown() throws Exception {
    Scorer scorer =
        new Scorer() {
          @Override
          public String name() {
            return "letters";
          }

          @Override
          public Score score(String prompt, String answer) {
            return new Score(
                answer.length(), "counted", Map.of("letters", (double) answer.length()));
          }
        };
    WinRate result =
        WinRate.judge(
            "p",
            "r",
            List.of("x"),
            List.of(List.of(Answer.of("aaa"))),
            List.of(List.of(Answer.of(" "))),
            new ScoreOracle(scorer),
            new ClusterBootstrap(100, 0.95, 1));
    Report report =
        new Report(
            "x", result, WinRate.Options.of(1, 1), 0, List.of(), List.of(), Map.of(), Map.of());
    String text = parse(HtmlReport.of(report)).getDocumentElement().getTextContent();
    assertThat(text).contains("What the oracle saw", "+2.00", "(empty answer)", "score 3: counted");
    assertThat(text).contains("Nothing varied between prompts");
  }

  private Report report(String text) {
    Path metrics = folder.resolve("metrics.jsonl");
    try {
      Files.write(
          metrics,
          List.of(
              "{\"step\":1,\"epoch\":0.1,\"loss\":2.5,\"grad_norm\":1}",
              "{\"step\":2,\"epoch\":0.2,\"loss\":\"NaN\",\"grad_norm\":1}",
              "{\"step\":2,\"epoch\":0.2,\"eval_loss\":2.25}",
              "{\"step\":3,\"epoch\":0.3,\"loss\":1.5,\"grad_norm\":1}"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Report(
        "test " + text,
        result(10, 8, text),
        WinRate.Options.of(2, 17),
        3,
        List.of(
            new Control(
                "SFT against itself", new Estimate(0.49, 0.40, 0.58, 0.95), Expectation.EVEN),
            new Control("odd " + text, new Estimate(0.49, 0.40, 0.58, 0.95), Expectation.BETTER)),
        List.of(Curves.read("run " + text, metrics)),
        Map.of("learning rate", "2e-4"),
        Map.of("weights", "ab".repeat(32)));
  }

  /** 40 prompts, 2 answers each; the longer wins. */
  private static WinRate result(int length, int other, String text) {
    List<String> prompts = IntStream.range(0, 40).mapToObj(i -> "prompt " + i).toList();
    return WinRate.judge(
        "policy",
        "reference",
        prompts,
        answers(prompts.size(), text + "a".repeat(length)),
        answers(prompts.size(), text + "a".repeat(other)),
        new ScoreOracle(new LengthRule(true)),
        new ClusterBootstrap(1000, 0.95, 1));
  }

  private static List<List<Answer>> answers(int prompts, String text) {
    List<List<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < prompts; i++) {
      answers.add(List.of(Answer.of(text), Answer.of(text)));
    }
    return answers;
  }

  private static Document parse(String page) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
  }

  private static List<String> texts(Document document, String path) throws Exception {
    NodeList found = nodeList(document, path);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent())
        .toList();
  }

  private static List<String> nodes(Document document, String path) throws Exception {
    return texts(document, path);
  }

  private static NodeList nodeList(Document document, String path) throws Exception {
    return (NodeList)
        XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
  }
}
