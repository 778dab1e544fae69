package dev.plumbline.lm.generate;

import java.util.Set;

/**
 * How completions are drawn. Filters apply in the order of {@code transformers}: temperature, then
 * top-k (ties with the k-th stay), then top-p (the token that crosses p stays).
 *
 * @param samples completions a prompt
 * @param maxNewTokens where a completion is cut off if it meets no stop id
 * @param temperature divisor of the logits; 0 means greedy
 * @param topK only the k most probable tokens; 0 means all
 * @param topP only the smallest set of tokens with at least this probability; 1 means all
 * @param stopIds ids that end a completion; the one met is its last token
 */
public record SamplingSettings(
    int samples,
    int maxNewTokens,
    double temperature,
    int topK,
    double topP,
    Set<Integer> stopIds) {
  /** Logits divided by less might leave the range of float32. */
  private static final double COLDEST = 1e-6;

  /**
   * @throws IllegalArgumentException if a value is out of its range
   */
  public SamplingSettings {
    stopIds = Set.copyOf(stopIds);
    require(samples >= 1, "samples", samples, "at least 1");
    require(maxNewTokens >= 1, "max_new_tokens", maxNewTokens, "at least 1");
    require(
        temperature == 0 || (temperature >= COLDEST && Double.isFinite(temperature)),
        "temperature",
        temperature,
        "0 (greedy), or " + COLDEST + " or more and finite");
    require(topK >= 0, "top_k", topK, "0 (all tokens) or more");
    require(topP > 0 && topP <= 1, "top_p", topP, "over 0 and at most 1");
    require(
        temperature > 0 || samples == 1,
        "samples",
        samples,
        "1 when temperature is 0: greedy samples are all alike");
  }

  /** One greedy completion a prompt. */
  public static SamplingSettings greedy(int maxNewTokens, Set<Integer> stopIds) {
    return new SamplingSettings(1, maxNewTokens, 0, 0, 1, stopIds);
  }

  /** Samples at temperature 1 from the whole distribution. */
  public static SamplingSettings plain(int samples, int maxNewTokens, Set<Integer> stopIds) {
    return new SamplingSettings(samples, maxNewTokens, 1, 0, 1, stopIds);
  }

  private static void require(boolean holds, String option, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(option + " is " + value + "; expected " + expected);
    }
  }
}
