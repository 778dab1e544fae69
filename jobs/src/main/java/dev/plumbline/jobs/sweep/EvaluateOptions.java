package dev.plumbline.jobs.sweep;

import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;
import dev.plumbline.train.config.OptionSchema;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How the policies of a sweep are compared: what stands under {@code evaluate}. */
public record EvaluateOptions(
    @Option(help = "JSONL or JSON with a column prompt: what all are asked.", defaultValue = "")
        Path prompts,
    @Option(
            help =
                "Model or run folder to compare with; the model that the runs start from by default.",
            defaultValue = "")
        Optional<Path> reference,
    @Option(help = "Who judges the win rate.", defaultValue = "") String oracle,
    @Option(help = "Oracles whose scores are objectives.", defaultValue = "")
        List<String> objectives,
    @Option(help = "Only the first prompts, so many; 0 is all.", defaultValue = "0") int limit,
    @Option(help = "Answers a prompt.", defaultValue = "1") int samples,
    @Option(help = "Where an answer without an end is cut off.", defaultValue = "128")
        int maxNewTokens,
    @Option(help = "Divisor of the logits; 0 is greedy.", defaultValue = "1") double temperature,
    @Option(help = "Only the most probable tokens, so many; 0 is all.", defaultValue = "0")
        int topK,
    @Option(
            help = "Only the smallest set of tokens with this probability together.",
            defaultValue = "1")
        double topP,
    @Option(
            help = "Fresh answers a prompt for KL and entropy, at temperature 1 from all tokens.",
            defaultValue = "1")
        int klSamples,
    @Option(help = "Decides all sampling and resampling.", defaultValue = "42") long seed,
    @Option(help = "Resamples of the bootstrap over prompts.", defaultValue = "10000")
        int resamples) {

  /** All keys. */
  public static OptionSchema schema() {
    return new OptionSchema(Map.of(), List.of(EvaluateOptions.class));
  }

  public EvaluateOptions {
    Check.that(
        new HashSet<>(objectives).size() == objectives.size(),
        "objectives",
        objectives,
        "different oracles");
    Check.that(limit >= 0, "limit", limit, "a whole number of at least 0");
    Check.that(klSamples >= 1, "kl_samples", klSamples, "a whole number of at least 1");
    Check.that(resamples >= 100, "resamples", resamples, "a whole number of at least 100");
  }

  /**
   * How answers are drawn.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  SamplingSettings sampling(Set<Integer> stopIds) {
    return new SamplingSettings(samples, maxNewTokens, temperature, topK, topP, stopIds);
  }

  ClusterBootstrap bootstrap() {
    return new ClusterBootstrap(resamples, 0.95, seed);
  }
}
