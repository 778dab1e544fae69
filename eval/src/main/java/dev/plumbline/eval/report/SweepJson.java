package dev.plumbline.eval.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.eval.stats.Estimate;
import dev.plumbline.eval.sweep.FrontSummary;
import dev.plumbline.eval.sweep.PointSummary;
import dev.plumbline.eval.sweep.PolicyScores;
import dev.plumbline.eval.sweep.SweepPoint.Failure;
import dev.plumbline.eval.sweep.SweepPoint.SeedScores;
import dev.plumbline.eval.sweep.SweepResult;
import java.util.List;
import java.util.Optional;

/** A sweep for programs. Shares are in [0, 1], KL and entropy in nats. */
final class SweepJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SweepJson() {}

  static String of(
      SweepResult result, List<PointSummary> points, Optional<FrontSummary> front, String claim) {
    ObjectNode json = JSON.createObjectNode();
    json.put("reference", result.reference());
    json.put("oracle", result.oracle());
    json.put("n_prompts", result.prompts());
    json.put("n_samples", result.samples());
    result.seeds().forEach(json.putArray("seeds")::add);
    json.put("claim", claim);
    put(json.putObject("reference_scores"), result.base(), result.objectives());
    ArrayNode rows = json.putArray("points");
    for (int i = 0; i < points.size(); i++) {
      ObjectNode row = rows.addObject();
      put(row, points.get(i), result.objectives());
      int number = i;
      front.ifPresent(each -> row.put("dominated", each.dominated().get(number)));
    }
    front.ifPresent(
        each -> {
          put(json, "hypervolume", each.hypervolume());
          each.reference().forEach(json.putArray("hypervolume_reference")::add);
        });
    ArrayNode failures = json.putArray("failures");
    for (Failure failure : result.failures()) {
      failures
          .addObject()
          .put("point", failure.point())
          .put("seed", failure.seed())
          .put("reason", failure.reason());
    }
    return json.toPrettyString() + "\n";
  }

  private static void put(ObjectNode json, PointSummary point, List<String> objectives) {
    json.put("name", point.point().name());
    json.set("settings", JSON.valueToTree(point.point().settings()));
    json.put("interval_covers", point.overSeeds() ? "seeds" : "prompts only");
    put(json, "win_rate", point.winRate());
    json.put("kl", point.kl().value()).put("kl_se", point.klError());
    json.put("entropy", point.entropy());
    distinct(json, point.distinct());
    json.put("tokens", point.tokens());
    ObjectNode scores = json.putObject("objectives");
    objectives.forEach(name -> put(scores, name, point.objectives().get(name)));
    ArrayNode seeds = json.putArray("seeds");
    for (SeedScores each : point.point().seeds()) {
      put(seeds.addObject().put("seed", each.seed()), each.scores(), objectives);
    }
  }

  private static void put(ObjectNode json, PolicyScores scores, List<String> objectives) {
    json.put("win_rate", scores.winRate());
    json.put("kl", scores.kl()).put("kl_se", scores.klError());
    json.put("entropy", scores.entropy());
    distinct(json, scores.distinct());
    json.put("tokens", scores.tokens());
    ObjectNode means = json.putObject("objectives");
    objectives.forEach(name -> means.put(name, scores.objective(name)));
    json.put("weights_sha256", scores.weights());
  }

  private static void distinct(ObjectNode json, List<Double> distinct) {
    for (int i = 0; i < distinct.size(); i++) {
      json.put("distinct_" + (i + 1), distinct.get(i));
    }
  }

  private static void put(ObjectNode json, String name, Estimate estimate) {
    json.put(name, estimate.value());
    json.putArray(name + "_ci" + Math.round(100 * estimate.confidence()))
        .add(estimate.low())
        .add(estimate.high());
  }
}
