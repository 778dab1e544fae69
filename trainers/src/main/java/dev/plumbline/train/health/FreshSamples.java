package dev.plumbline.train.health;

import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.policy.SequenceKl;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Samples of the policy, set against a reference that does not move. The noise is the same every
 * time and for both, so that a policy that has not moved writes what the reference writes.
 */
public final class FreshSamples {
  static final String KL = "eval_sample_kl";
  static final String LENGTH = "eval_sample_length";
  static final String REFERENCE_LENGTH = "eval_ref_sample_length";

  private final Policy reference;
  private final List<int[]> prompts;
  private final SamplingSettings settings;
  private final long seed;
  private final double referenceLength;

  /**
   * @param reference sampled once, now
   * @param prompts token ids, each once, at least two
   * @param settings at temperature 1 from the whole distribution
   */
  public FreshSamples(Policy reference, List<int[]> prompts, SamplingSettings settings, long seed) {
    this.reference = reference;
    this.prompts = prompts;
    this.settings = settings;
    this.seed = seed;
    this.referenceLength = length(reference.sample(prompts, settings, seed));
  }

  /** Metrics of an evaluation. */
  SortedMap<String, Double> measure(Policy policy) {
    List<List<Sample>> drawn = policy.sample(prompts, settings, seed);
    SequenceKl kl = SequenceKl.of(policy, reference, prompts, drawn);
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put(KL, kl.mean());
    metrics.put("eval_sample_kl_stderr", kl.standardError());
    metrics.put("eval_sample_entropy", kl.entropy());
    metrics.put(LENGTH, length(drawn));
    metrics.put(REFERENCE_LENGTH, referenceLength);
    return metrics;
  }

  private static double length(List<List<Sample>> drawn) {
    return drawn.stream()
        .flatMap(List::stream)
        .mapToInt(sample -> sample.ids().length)
        .average()
        .orElseThrow();
  }
}
