package dev.plumbline.eval.samples;

import dev.plumbline.eval.stats.Clusters;
import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.policy.TokenStatistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * KL(policy || reference) of whole answers, estimated on samples of the policy at temperature 1:
 * the mean of {@code log policy(y|x) - log reference(y|x)}, unbiased, so an estimate of a small
 * divergence may be negative. Of an answer that was cut off, the part that was drawn counts.
 *
 * @param mean in nats an answer
 * @param standardError of the mean, an error of whole prompts; NaN for a single prompt
 * @param entropy mean over the sampled tokens of the entropy, in nats, of the policy's next token
 */
public record SequenceKl(double mean, double standardError, double entropy) {
  /** Answers run at a time: bounds the memory, not the result. */
  private static final int TOGETHER = 32;

  /**
   * Draws samples and compares.
   *
   * @param policy sampled from; not moved
   * @param reference asked about the samples; not moved
   * @param prompts token ids; a prompt that comes twice counts once, as one cluster
   * @param samples answers a prompt
   * @param maxNewTokens where an answer is cut off
   * @param stopIds ids that end an answer
   * @param seed decides the samples
   */
  public static SequenceKl fresh(
      Policy policy,
      Policy reference,
      List<int[]> prompts,
      int samples,
      int maxNewTokens,
      Set<Integer> stopIds,
      long seed) {
    SamplingSettings plain = SamplingSettings.plain(samples, maxNewTokens, stopIds);
    return of(policy, reference, prompts, policy.sample(prompts, plain, seed));
  }

  /**
   * Compares on samples that are there.
   *
   * @param drawn per prompt samples of the policy as it is now, at temperature 1 from the whole
   *     distribution: others estimate something else
   */
  public static SequenceKl of(
      Policy policy, Policy reference, List<int[]> prompts, List<List<Sample>> drawn) {
    List<String> keys = new ArrayList<>();
    List<Batch.Item> items = new ArrayList<>();
    for (int prompt = 0; prompt < prompts.size(); prompt++) {
      for (Sample sample : drawn.get(prompt)) {
        keys.add(Arrays.toString(prompts.get(prompt)));
        items.add(new Batch.Item(prompts.get(prompt), List.of(Batch.Completion.of(sample.ids()))));
      }
    }
    double[] ratios = new double[items.size()];
    double entropies = 0;
    long tokens = 0;
    for (int from = 0; from < ratios.length; from += TOGETHER) {
      Batch batch = new Batch(items.subList(from, Math.min(ratios.length, from + TOGETHER)));
      LogProbs own = policy.logProbs(batch, Set.of(TokenStatistic.ENTROPY));
      LogProbs theirs = reference.logProbs(batch, Set.of());
      for (int i = 0; i < own.size(); i++) {
        ratios[from + i] = own.sum(i) - theirs.sum(i);
        entropies += Arrays.stream(own.statistic(TokenStatistic.ENTROPY, i)).sum();
        tokens += own.tokens(i).length;
      }
    }
    Clusters clusters =
        Clusters.of(keys, ratios, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    return new SequenceKl(clusters.mean(), clusters.standardError(), entropies / tokens);
  }
}
