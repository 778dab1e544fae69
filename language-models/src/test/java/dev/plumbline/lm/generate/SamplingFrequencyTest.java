package dev.plumbline.lm.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.torch.ComputeDevice;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Drawn tokens against the distribution that the policy's log-probs say they come from. */
class SamplingFrequencyTest {
  private static final int VOCABULARY = 97;
  private static final int[] PROMPT = {3, 41, 59};

  private static DecoderPolicy policy;

  @BeforeAll
  static void load() {
    policy = DecoderPolicy.load(Golden.model("llama-gqa-tied"), ComputeDevice.parse("cpu"));
  }

  @AfterAll
  static void close() {
    policy.close();
  }

  @Test
  void firstTokensFollowTheDistribution() {
    List<Sample> samples = sample(20_000, 1, 1, 0, 1);
    assertThat(chiSquare(counts(samples, 0), distribution(PROMPT, 1))).isLessThan(4);
  }

  /** The second token comes from the key-value cache and a number of its own. */
  @Test
  void secondTokensFollowTheDistributionAfterTheFirst() {
    List<Sample> samples = sample(40_000, 2, 1, 0, 1);
    int[] firsts = counts(samples, 0);
    int first =
        IntStream.range(0, VOCABULARY)
            .boxed()
            .max(Comparator.comparingInt(id -> firsts[id]))
            .orElseThrow();
    int[] context = Arrays.copyOf(PROMPT, PROMPT.length + 1);
    context[PROMPT.length] = first;
    List<Sample> continued = samples.stream().filter(s -> s.ids()[0] == first).toList();
    assertThat(continued).hasSizeGreaterThan(1000);
    assertThat(chiSquare(counts(continued, 1), distribution(context, 1))).isLessThan(4);
  }

  @Test
  void temperatureTopKAndTopPShapeTheDistribution() {
    double[] expected = distribution(PROMPT, 0.7);
    int[] best =
        IntStream.range(0, VOCABULARY)
            .boxed()
            .sorted(Comparator.comparingDouble(id -> -expected[id]))
            .mapToInt(Integer::intValue)
            .toArray();
    double kept = 0;
    for (int rank = 0; rank < 30; rank++) {
      kept += expected[best[rank]];
    }
    double mass = 0;
    for (int rank = 0; rank < VOCABULARY; rank++) {
      // Of the 30 best, those before and at the crossing of 0.8.
      double share = rank < 30 && mass < 0.8 ? expected[best[rank]] / kept : 0;
      expected[best[rank]] = share;
      mass += share;
    }
    for (int id = 0; id < VOCABULARY; id++) {
      expected[id] /= mass;
    }
    List<Sample> samples = sample(20_000, 1, 0.7, 30, 0.8);
    assertThat(chiSquare(counts(samples, 0), expected)).isLessThan(4);
  }

  private static List<Sample> sample(
      int samples, int tokens, double temperature, int topK, double topP) {
    return policy
        .sample(
            List.of(PROMPT),
            new SamplingSettings(samples, tokens, temperature, topK, topP, Set.of()),
            20_261)
        .get(0);
  }

  private static int[] counts(List<Sample> samples, int position) {
    int[] counts = new int[VOCABULARY];
    samples.forEach(sample -> counts[sample.ids()[position]]++);
    return counts;
  }

  private static double[] distribution(int[] context, double temperature) {
    List<Batch.Completion> completions =
        IntStream.range(0, VOCABULARY).mapToObj(Batch.Completion::of).toList();
    LogProbs logProbs =
        policy.logProbs(new Batch(List.of(new Batch.Item(context, completions))), Set.of());
    double[] weights =
        IntStream.range(0, VOCABULARY)
            .mapToDouble(id -> Math.exp(logProbs.sum(id) / temperature))
            .toArray();
    double total = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / total).toArray();
  }

  /**
   * Pearson's statistic, standardised: about normal. Tokens expected fewer than ten times count as
   * one; what cannot happen must not.
   */
  private static double chiSquare(int[] counts, double[] expected) {
    double total = Arrays.stream(counts).sum();
    double sum = 0;
    double rareExpected = 0;
    double rareCount = 0;
    int cells = 0;
    for (int id = 0; id < counts.length; id++) {
      double mean = total * expected[id];
      if (mean == 0) {
        assertThat(counts[id]).as("id %d, of probability 0", id).isZero();
      } else if (mean < 10) {
        rareExpected += mean;
        rareCount += counts[id];
      } else {
        sum += (counts[id] - mean) * (counts[id] - mean) / mean;
        cells++;
      }
    }
    if (rareExpected > 0) {
      sum += (rareCount - rareExpected) * (rareCount - rareExpected) / rareExpected;
      cells++;
    }
    int degrees = cells - 1;
    assertThat(degrees).isGreaterThan(5);
    return (sum - degrees) / Math.sqrt(2.0 * degrees);
  }
}
