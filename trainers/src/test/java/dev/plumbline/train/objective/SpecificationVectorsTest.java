package dev.plumbline.train.objective;

import static dev.plumbline.train.objective.PairObjective.difference;
import static dev.plumbline.train.testing.Specification.assertCell;
import static dev.plumbline.train.testing.Specification.table;
import static dev.plumbline.train.testing.Specification.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every number of sections 1.6 and 2.6 of the specification, read from its tables: tolerance 1e-10
 * * max(1, |x|), or the digits printed where they are fewer.
 */
class SpecificationVectorsTest {
  private static final Score MEAN = new Score.PerToken(new Score.LogRatio(1));

  @Test
  void everyCellOfTheTable() throws IOException {
    List<Map<String, String>> table = table("| id | beta | h | DPO |");
    assertThat(table).hasSize(8);
    int cells = 0;
    for (Map<String, String> row : table) {
      double beta = Double.parseDouble(row.get("beta"));
      PairLogProbs pair = Pairs.named(row.get("id"));
      Score reward = new Score.LogRatio(beta);
      PairLoss dpo = Pairs.loss(difference(reward, new Link.Logistic(0)), pair);
      PairLoss cdpo = Pairs.loss(difference(reward, new Link.Logistic(0.1)), pair);
      PairLoss robust = Pairs.loss(difference(reward, new Link.Robust(0.1)), pair);
      PairLoss ipo =
          Pairs.loss(difference(new Score.LogRatio(1), new Link.Squared(1 / (2 * beta))), pair);
      PairLoss hinge = Pairs.loss(difference(reward, new Link.Hinge()), pair);
      PairLoss referenceFree =
          Pairs.loss(difference(reward, new Link.Logistic(0)), Pairs.withoutReference(pair));
      Map<String, Double> expected = new LinkedHashMap<>();
      expected.put("h", pair.chosen().logRatio() - pair.rejected().logRatio());
      expected.put("DPO", dpo.value());
      expected.put("dDPO/dh", dpo.chosenSlope());
      expected.put("cDPO .1", cdpo.value());
      expected.put("dcDPO/dh", cdpo.chosenSlope());
      expected.put("robust .1", robust.value());
      expected.put("IPO", ipo.value());
      expected.put("dIPO/dh", ipo.chosenSlope());
      expected.put("hinge", hinge.value());
      expected.put("ref-free", referenceFree.value());
      for (Map.Entry<String, Double> cell : expected.entrySet()) {
        assertCell(row + " " + cell.getKey(), row.get(cell.getKey()), cell.getValue());
        cells++;
      }
      for (PairLoss loss : List.of(dpo, cdpo, robust, ipo, hinge, referenceFree)) {
        assertThat(loss.rejectedSlope()).isEqualTo(-loss.chosenSlope());
      }
    }
    assertThat(cells).isEqualTo(80);
  }

  @Test
  void lengthNormalisedIpo() throws IOException {
    Matcher found =
        Pattern.compile("Length-normalised IPO, n_w = 5, n_l = 4, tau = \\.1: (.*)\\.\n")
            .matcher(text());
    assertThat(found.find()).isTrue();
    String[] cells = found.group(1).split(", ");
    assertThat(cells).hasSize(4);
    for (String cell : cells) {
      PairLogProbs pair = Pairs.named(cell.substring(0, 1));
      PairLogProbs counted =
          new PairLogProbs(withTokens(pair.chosen(), 5), withTokens(pair.rejected(), 4));
      PairLoss loss = Pairs.loss(difference(MEAN, new Link.Squared(5)), counted);
      assertCell(cell, cell.substring(2), loss.value());
    }
  }

  @Test
  void nllTermInBothNormalisations() throws IOException {
    String text = text();
    String part = text.substring(text.indexOf("NLL term: batch"), text.indexOf("### 1.7"));
    List<PairLogProbs> batch =
        List.of(
            new PairLogProbs(withTokens(Pairs.A.chosen(), 5), Pairs.A.rejected()),
            new PairLogProbs(withTokens(Pairs.B.chosen(), 10), Pairs.B.rejected()));
    PairObjective dpo = difference(new Score.LogRatio(0.1), new Link.Logistic(0));
    LossSum.Term tokenMean =
        new LossSum.Term(PairObjective.chosenNll(), 1, LossSum.Mean.CHOSEN_TOKENS);
    LossSum.Term sequenceMean =
        new LossSum.Term(PairObjective.chosenMeanNll(), 1, LossSum.Mean.PAIRS);
    assertCell("mean DPO", find(part, "mean DPO ([\\d.]+)"), value(batch, term(dpo, 1)));
    assertCell("token mean", find(part, "32.5/15 =\\s+([\\d.]+)"), value(batch, tokenMean));
    assertCell("sequence mean", find(part, "sequence mean ([\\d.]+)"), value(batch, sequenceMean));
    assertCell(
        "alpha 1, token mean",
        find(part, "`L\\(alpha=1\\)` = ([\\d.]+) token-mean"),
        value(batch, term(dpo, 1), tokenMean));
    assertCell(
        "alpha 1, sequence mean",
        find(part, "token-mean, ([\\d.]+) sequence-mean"),
        value(batch, term(dpo, 1), sequenceMean));
    assertCell(
        "alpha .1",
        find(part, "`L\\(alpha=\\.1\\)` token-mean ([\\d.]+)"),
        value(
            batch,
            term(dpo, 1),
            new LossSum.Term(PairObjective.chosenNll(), 0.1, LossSum.Mean.CHOSEN_TOKENS)));
    assertCell(
        "before #1904",
        find(part, "`\\.1\\*DPO \\+ NLL` = ([\\d.]+)\\."),
        value(batch, term(dpo, 0.1), tokenMean));
  }

  /** f-DPO at beta 0.1: scores, losses and both slopes. */
  @Test
  void everyCellOfTheTableOfDivergences() throws IOException {
    List<Map<String, String>> table = table("| id | divergence | s(lw)");
    assertThat(table).hasSize(23);
    for (Map<String, String> row : table) {
      PairLogProbs pair =
          switch (row.get("id")) {
            case "E" -> Pairs.pair(-100, -100, 0, 0);
            case "F" -> Pairs.pair(-100, 100, 0, 0);
            default -> Pairs.named(row.get("id"));
          };
      String name = row.get("divergence");
      Divergence divergence = divergence(name);
      PairLoss loss =
          Pairs.loss(difference(new Score.LogRatio(0.1, divergence), new Link.Logistic(0)), pair);
      Map<String, Double> actual = new LinkedHashMap<>();
      actual.put("s(lw)", divergence.score(pair.chosen().logRatio()));
      actual.put("s(ll)", divergence.score(pair.rejected().logRatio()));
      actual.put("loss", loss.value());
      actual.put("dL/dlw", loss.chosenSlope());
      actual.put("dL/dll", loss.rejectedSlope());
      actual.forEach(
          (column, value) -> {
            String cell = row.get(column);
            String printed = cell.equals("same") ? row.get("s(lw)") : cell.replace(" (clamp)", "");
            assertCell(row + " " + column, printed, value);
          });
      assertThat(loss.clamped()).as("%s", row).isEqualTo(name.endsWith("(clamped)"));
    }
  }

  private static Divergence divergence(String name) {
    return switch (name.replace(" (clamped)", "")) {
      case "rkl" -> new Divergence.ReverseKl();
      case "fkl" -> new Divergence.ForwardKl();
      case "jsd" -> new Divergence.JensenShannon();
      default -> new Divergence.Alpha(Double.parseDouble(name.substring("alpha ".length())));
    };
  }

  private static LossSum.Term term(PairObjective objective, double weight) {
    return new LossSum.Term(objective, weight, LossSum.Mean.PAIRS);
  }

  private static double value(List<PairLogProbs> batch, LossSum.Term... terms) {
    return Pairs.sum(new LossSum(List.of(terms)).shares(batch, new double[] {1, 1}, 2, 15));
  }

  private static CompletionLogProb withTokens(CompletionLogProb completion, int tokens) {
    return new CompletionLogProb(completion.policy(), completion.reference(), tokens);
  }

  private static String find(String text, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as(pattern).isTrue();
    return found.group(1);
  }
}
