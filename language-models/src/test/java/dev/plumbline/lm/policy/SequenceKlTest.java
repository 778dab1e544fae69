package dev.plumbline.lm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequenceKlTest {
  private static final int[] PROMPT = {7};

  private static List<List<Sample>> draw(Policy policy, int samples, long seed) {
    return policy.sample(List.of(PROMPT), SamplingSettings.plain(samples, 1, Set.of()), seed);
  }

  private static SequenceKl of(Policy policy, Policy reference, List<List<Sample>> drawn) {
    return SequenceKl.of(policy, reference, List.of(PROMPT), drawn);
  }

  /** On a bandit the divergence is a sum: 0.7 ln(0.7/0.2) + 0.1 ln(0.1/0.3) + 0.2 ln(0.2/0.5). */
  @Test
  void isTheDivergence() {
    TabularPolicy policy = TabularPolicy.bandit(PROMPT, 0.7, 0.1, 0.2);
    TabularPolicy reference = TabularPolicy.bandit(PROMPT, 0.2, 0.3, 0.5);
    double exact = 0.7 * Math.log(3.5) + 0.1 * Math.log(1 / 3.0) + 0.2 * Math.log(0.4);
    SequenceKl kl = of(policy, reference, draw(policy, 20_000, 1));
    // The ratio's standard deviation is 0.9.
    assertThat(kl.mean()).isCloseTo(exact, within(4 * 0.9 / Math.sqrt(20_000)));
    assertThat(kl.entropy())
        .isCloseTo(
            -(0.7 * Math.log(0.7) + 0.1 * Math.log(0.1) + 0.2 * Math.log(0.2)), within(1e-12));
    assertThat(kl.standardError()).as("a single prompt").isNaN();
    assertThat(of(policy, policy, draw(policy, 10, 1)).mean()).isZero();
  }

  /** Answers of one to three tokens: what counts is their sum, and each token's entropy. */
  @Test
  void isOfWholeAnswers() {
    TabularPolicy policy = answers(0.5, 0.3, 0.2);
    TabularPolicy reference = answers(0.2, 0.2, 0.6);
    double exact = 0.5 * Math.log(2.5) + 0.3 * Math.log(1.5) + 0.2 * Math.log(1 / 3.0);
    double other = 0.2 * Math.log(0.4) + 0.2 * Math.log(1 / 1.5) + 0.6 * Math.log(3);
    assertThat(of(policy, reference, drawAnswers(policy)).mean()).isCloseTo(exact, within(0.025));
    assertThat(of(reference, policy, drawAnswers(reference)).mean())
        .as("the other way round is another divergence")
        .isCloseTo(other, within(0.025))
        .isNotCloseTo(exact, within(0.025));
    TabularPolicy even = answers(1, 1, 1);
    // The first token has three even choices, the others none; answers have 2, 3 or 1 tokens.
    assertThat(of(even, even, drawAnswers(even)).entropy())
        .isCloseTo(Math.log(3) / 2, within(0.01));
  }

  private static TabularPolicy answers(double... probabilities) {
    TabularPolicy policy =
        new TabularPolicy(
            List.of(
                new Batch.Item(
                    PROMPT,
                    List.of(
                        Batch.Completion.of(5, 9),
                        Batch.Completion.of(6, 5, 9),
                        Batch.Completion.of(9)))));
    policy.setLogits(PROMPT, DoubleStream.of(probabilities).map(Math::log).toArray());
    return policy;
  }

  private static List<List<Sample>> drawAnswers(Policy policy) {
    return policy.sample(List.of(PROMPT), SamplingSettings.plain(20_000, 3, Set.of(9)), 2);
  }

  @Test
  void aSmallOneMayBeNegative() {
    TabularPolicy policy = TabularPolicy.bandit(PROMPT, 0.5, 0.5);
    TabularPolicy reference = TabularPolicy.bandit(PROMPT, 0.45, 0.55);
    assertThat(
            IntStream.range(0, 50)
                .mapToDouble(seed -> of(policy, reference, draw(policy, 8, seed)).mean()))
        .anyMatch(mean -> mean < 0)
        .anyMatch(mean -> mean > 0);
  }

  /**
   * Three prompts of two samples: the error is that of three means, a prompt twice is one of four.
   */
  @Test
  void errorsAreOfPrompts() {
    List<int[]> prompts = List.of(new int[] {1}, new int[] {2}, new int[] {3}, new int[] {1});
    TabularPolicy policy = bandits(0.5, 0.25, 0.125);
    TabularPolicy reference = bandits(0.25, 0.25, 0.25);
    Sample first = new Sample(new int[] {0}, new double[] {0}, true);
    List<List<Sample>> drawn =
        List.of(List.of(first, first), List.of(first, first), List.of(first, first), List.of());
    SequenceKl kl = SequenceKl.of(policy, reference, prompts, drawn);
    double step = Math.log(2);
    assertThat(kl.mean()).isCloseTo(0, within(1e-12));
    assertThat(kl.standardError()).isCloseTo(step / Math.sqrt(3), within(1e-12));
    List<List<Sample>> again =
        List.of(List.of(first), List.of(first, first), List.of(first, first), List.of(first));
    assertThat(SequenceKl.of(policy, reference, prompts, again).standardError())
        .isCloseTo(kl.standardError(), within(1e-12));
  }

  /** Prompts 1, 2, 3 with two arms, the first one's probability given. */
  private static TabularPolicy bandits(double... first) {
    TabularPolicy policy =
        new TabularPolicy(
            IntStream.rangeClosed(1, first.length)
                .mapToObj(
                    prompt ->
                        new Batch.Item(
                            new int[] {prompt},
                            List.of(Batch.Completion.of(0), Batch.Completion.of(1))))
                .toList());
    for (int p = 0; p < first.length; p++) {
      policy.setLogits(new int[] {p + 1}, Math.log(first[p]), Math.log(1 - first[p]));
    }
    return policy;
  }
}
