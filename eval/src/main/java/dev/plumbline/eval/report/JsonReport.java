package dev.plumbline.eval.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.eval.stats.Estimate;
import dev.plumbline.eval.stats.SampleSize;
import dev.plumbline.eval.winrate.LengthClass;
import dev.plumbline.eval.winrate.ScorePart;
import dev.plumbline.eval.winrate.Side;
import dev.plumbline.eval.winrate.WinRate;

/** The report for programs. Shares are in [0, 1]; a number that nobody measured is not there. */
final class JsonReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonReport() {}

  static String of(Report report) {
    WinRate result = report.result();
    ObjectNode json = JSON.createObjectNode();
    json.put("title", report.title());
    json.put("headline", report.headline());
    json.put("policy", result.policy().name());
    json.put("reference", result.reference().name());
    json.put("oracle", result.oracle());
    put(json, result.rate());
    json.put("interval_covers", "prompts only");
    json.put("wins", result.wins());
    json.put("ties", result.ties());
    json.put("losses", 1 - result.wins() - result.ties());
    json.put("order_disagreement", result.orderDisagreement());
    json.put("order_flips", result.flips());
    json.put("n_prompts", result.prompts());
    json.put("n_samples", result.samples());
    json.put("n_comparisons", result.comparisons().size());
    json.put("duplicate_prompts", report.duplicates());
    json.put("seed", report.options().seed());
    json.put("resamples", report.options().resamples());
    if (result.prompts() > 1) {
      json.put(
          "prompts_for_2_points",
          SampleSize.forHalfWidth(result.clusters(), 0.02, result.rate().confidence()));
    }
    ObjectNode lengths = json.putObject("lengths");
    put(lengths.putObject("policy"), result.policy());
    put(lengths.putObject("reference"), result.reference());
    ArrayNode classes = json.putArray("win_rate_by_length");
    for (LengthClass each : result.lengths()) {
      ObjectNode row =
          classes.addObject().put("class", each.name()).put("n_comparisons", each.comparisons());
      each.winRate().ifPresent(rate -> put(row, rate));
    }
    ArrayNode parts = json.putArray("score_parts");
    for (ScorePart part : result.parts()) {
      parts
          .addObject()
          .put("part", part.name())
          .put("policy", part.policy())
          .put("reference", part.reference());
    }
    ArrayNode controls = json.putArray("controls");
    for (Control control : report.controls()) {
      ObjectNode row = controls.addObject().put("name", control.name());
      put(row, control.winRate());
      row.put("expected", control.expectation().text()).put("as_expected", control.asExpected());
    }
    report.config().forEach(json.putObject("config")::put);
    report.hashes().forEach(json.putObject("hashes")::put);
    return json.toPrettyString() + "\n";
  }

  private static void put(ObjectNode json, Estimate rate) {
    json.put("win_rate", rate.value());
    json.putArray("win_rate_ci" + Math.round(100 * rate.confidence()))
        .add(rate.low())
        .add(rate.high());
  }

  private static void put(ObjectNode json, Side side) {
    side.meanTokens().ifPresent(mean -> json.put("tokens", mean));
    json.put("characters", side.meanCharacters());
    side.finished().ifPresent(share -> json.put("finished", share));
    json.put("empty", side.empty());
    json.put("distinct", side.distinct());
  }
}
