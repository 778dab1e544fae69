package dev.plumbline.jobs.command;

import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.generate.SamplingSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** How answers are sampled: flags that several commands share. */
final class SamplingFlags {
  @Option(
      names = "--samples",
      paramLabel = "<n>",
      defaultValue = "1",
      description = "Answers a prompt. Default: ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "<n>",
      defaultValue = "128",
      description = "Where an answer without an end is cut off. Default: ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "<t>",
      defaultValue = "1",
      description = "Divisor of the logits; 0 is greedy. Default: ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "<k>",
      defaultValue = "0",
      description = "Only the k most probable tokens; 0 is all. Default: ${DEFAULT-VALUE}.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "<p>",
      defaultValue = "1",
      description =
          "Only the smallest set of tokens with this probability together. Default: ${DEFAULT-VALUE}.")
  private double topP;

  @Option(
      names = "--seed",
      paramLabel = "<seed>",
      defaultValue = "42",
      description = "Decides all chance. Default: ${DEFAULT-VALUE}.")
  private long seed;

  int samples() {
    return samples;
  }

  long seed() {
    return seed;
  }

  /** For a report: flag to value. */
  Map<String, String> described() {
    Map<String, String> described = new LinkedHashMap<>();
    described.put("samples a prompt", String.valueOf(samples));
    described.put("most new tokens", String.valueOf(maxNewTokens));
    described.put("temperature", String.valueOf(temperature));
    described.put("top-k", topK == 0 ? "all" : String.valueOf(topK));
    described.put("top-p", topP == 1 ? "all" : String.valueOf(topP));
    described.put("seed", String.valueOf(seed));
    return described;
  }

  /** The settings, given what ends an answer. */
  SamplingSettings settings(Set<Integer> stopIds) {
    try {
      return new SamplingSettings(samples, maxNewTokens, temperature, topK, topP, stopIds);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
