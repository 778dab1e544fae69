package dev.plumbline.eval.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.eval.rewards.RewardAccuracy;
import dev.plumbline.eval.stats.Estimate;
import dev.plumbline.lm.io.WholeFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Held-out reward accuracy of a cross-validation, for people and programs.
 *
 * @param method the method that trained
 * @param folds how many
 * @param accuracy under models trained on the labels
 * @param shuffled under models trained on shuffled labels, if that control ran
 * @param config what was set: name to value
 */
public record RewardReport(
    String method,
    int folds,
    RewardAccuracy accuracy,
    Optional<RewardAccuracy> shuffled,
    Map<String, ?> config) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The finding, no more certain than its interval, and a line a rule. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(headline());
    lines.add(
        "  %s pairs of %s prompts, %s folds over prompts; %s intervals over prompts only"
            .formatted(
                Texts.count(accuracy.pairs()),
                Texts.count(accuracy.prompts()),
                folds,
                Texts.confidence(accuracy.reward())));
    shares()
        .forEach((name, share) -> lines.add("  %-42s %s".formatted(name, Texts.interval(share))));
    differences()
        .forEach((name, difference) -> lines.add("  %-42s %s".formatted(name, points(difference))));
    return lines;
  }

  private String headline() {
    Estimate reward = accuracy.reward();
    String finding =
        reward.low() > 0.5
            ? "better than chance"
            : reward.high() < 0.5 ? "worse than chance" : "not distinguishable from chance";
    return "%s orders held-out pairs %s: %s right"
        .formatted(method, finding, Texts.interval(reward));
  }

  private Map<String, Estimate> shares() {
    Map<String, Estimate> shares = new LinkedHashMap<>();
    shares.put("implicit reward", accuracy.reward());
    shuffled.ifPresent(
        control -> shares.put("the same, trained on shuffled labels", control.reward()));
    shares.put("log-prob before training", accuracy.reference());
    shares.put("log-prob a token before training", accuracy.referenceMean());
    shares.put("longer wins", accuracy.longer());
    return shares;
  }

  private Map<String, Estimate> differences() {
    Map<String, Estimate> differences = new LinkedHashMap<>();
    differences.put("implicit reward less log-prob before", accuracy.rewardOverReference());
    differences.put("implicit reward less longer wins", accuracy.rewardOverLonger());
    return differences;
  }

  private static String points(Estimate difference) {
    return String.format(
        Locale.ROOT,
        "%+.1f [%+.1f, %+.1f] points",
        100 * difference.value(),
        100 * difference.low(),
        100 * difference.high());
  }

  /**
   * Writes {@code report.json} into a folder that exists: shares in [0, 1].
   *
   * @return the file
   */
  public Path write(Path folder) {
    ObjectNode json = JSON.createObjectNode();
    json.put("method", method).put("headline", headline()).put("folds", folds);
    json.put("n_pairs", accuracy.pairs()).put("n_prompts", accuracy.prompts());
    json.put("interval_covers", "prompts only");
    put(json, "reward_accuracy", accuracy.reward());
    shuffled.ifPresent(control -> put(json, "shuffled_reward_accuracy", control.reward()));
    put(json, "reference_accuracy", accuracy.reference());
    put(json, "reference_mean_accuracy", accuracy.referenceMean());
    put(json, "longer_accuracy", accuracy.longer());
    put(json, "reward_over_reference", accuracy.rewardOverReference());
    put(json, "reward_over_longer", accuracy.rewardOverLonger());
    json.set("config", JSON.valueToTree(config));
    Path file = folder.resolve("report.json");
    WholeFiles.write(file, json.toPrettyString() + "\n");
    return file;
  }

  private static void put(ObjectNode json, String name, Estimate estimate) {
    json.put(name, estimate.value());
    json.putArray(name + "_ci" + Math.round(100 * estimate.confidence()))
        .add(estimate.low())
        .add(estimate.high());
  }
}
