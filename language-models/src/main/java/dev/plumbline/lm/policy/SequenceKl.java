package dev.plumbline.lm.policy;

import dev.plumbline.lm.generate.Sample;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * KL(policy || reference) of whole completions, estimated on fresh samples: the mean of {@code log
 * policy(y|x) - log reference(y|x)}. It is unbiased, so that the estimate of a small divergence may
 * be negative.
 *
 * @param mean nats a completion
 * @param standardError of the mean, an error of whole prompts; NaN for a single prompt
 * @param entropy mean over the sampled tokens of the policy's next-token entropy, nats
 */
public record SequenceKl(double mean, double standardError, double entropy) {
  /** Prompts whose samples run at a time: bounds the memory. */
  private static final int TOGETHER = 8;

  /** What a prompt's samples add up to. */
  private static final class Cluster {
    private double ratios;
    private int samples;
  }

  /**
   * Compares.
   *
   * @param prompts token ids; the samples of a prompt that comes twice are one cluster
   * @param drawn per prompt samples of the policy as it is now, at temperature 1 from the whole
   *     distribution; others estimate something else
   */
  public static SequenceKl of(
      Policy policy, Policy reference, List<int[]> prompts, List<List<Sample>> drawn) {
    Map<IntBuffer, Cluster> clusters = new LinkedHashMap<>();
    double entropy = 0;
    long tokens = 0;
    for (int from = 0; from < prompts.size(); from += TOGETHER) {
      int to = Math.min(prompts.size(), from + TOGETHER);
      Batch batch = batch(prompts.subList(from, to), drawn.subList(from, to));
      LogProbs own = policy.logProbs(batch, Set.of(TokenStatistic.ENTROPY));
      LogProbs theirs = reference.logProbs(batch, Set.of());
      int completion = 0;
      for (int p = from; p < to; p++) {
        Cluster cluster =
            clusters.computeIfAbsent(IntBuffer.wrap(prompts.get(p)), any -> new Cluster());
        for (Sample sample : drawn.get(p)) {
          cluster.ratios += own.sum(completion) - theirs.sum(completion);
          cluster.samples++;
          entropy += DoubleStream.of(own.statistic(TokenStatistic.ENTROPY, completion)).sum();
          tokens += sample.ids().length;
          completion++;
        }
      }
    }
    return of(List.copyOf(clusters.values()), entropy / tokens);
  }

  private static Batch batch(List<int[]> prompts, List<List<Sample>> drawn) {
    List<Batch.Item> items = new ArrayList<>();
    for (int p = 0; p < prompts.size(); p++) {
      items.add(Batch.Item.of(prompts.get(p), drawn.get(p).stream().map(Sample::ids).toList()));
    }
    return new Batch(items);
  }

  /** A mean over samples, and its error by the clusters' residuals. */
  private static SequenceKl of(List<Cluster> clusters, double entropy) {
    double samples = clusters.stream().mapToDouble(each -> each.samples).sum();
    double mean = clusters.stream().mapToDouble(each -> each.ratios).sum() / samples;
    double squares =
        clusters.stream()
            .mapToDouble(each -> each.ratios - mean * each.samples)
            .map(residual -> residual * residual)
            .sum();
    double count = clusters.size();
    return new SequenceKl(mean, Math.sqrt(squares * count / (count - 1)) / samples, entropy);
  }
}
