package dev.plumbline.eval.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.TabularPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** On exact tables, whose KL and entropy have closed forms. */
class SequenceKlTest {
  private static final int STOP = 9;
  private static final List<int[]> PROMPTS =
      List.of(new int[] {1}, new int[] {2}, new int[] {3}, new int[] {4});

  /** Per prompt three answers of one to three tokens. */
  private static TabularPolicy policy(double... logits) {
    TabularPolicy policy =
        new TabularPolicy(
            PROMPTS.stream()
                .map(
                    prompt ->
                        new Batch.Item(
                            prompt,
                            List.of(
                                Batch.Completion.of(5, STOP),
                                Batch.Completion.of(6, 5, STOP),
                                Batch.Completion.of(STOP))))
                .toList());
    for (int i = 0; i < PROMPTS.size(); i++) {
      policy.setLogits(PROMPTS.get(i), logits[0] * i, logits[1], logits[2]);
    }
    return policy;
  }

  private static double exact(TabularPolicy policy, TabularPolicy reference) {
    double sum = 0;
    for (int[] prompt : PROMPTS) {
      double[] p = policy.probabilities(prompt);
      double[] q = reference.probabilities(prompt);
      for (int i = 0; i < p.length; i++) {
        sum += p[i] * Math.log(p[i] / q[i]);
      }
    }
    return sum / PROMPTS.size();
  }

  private static SequenceKl estimate(TabularPolicy policy, TabularPolicy other, int samples) {
    return SequenceKl.fresh(policy, other, PROMPTS, samples, 3, Set.of(STOP), 11);
  }

  @Test
  void isTheDivergenceOfWholeAnswers() {
    TabularPolicy policy = policy(0.5, 1, -1);
    TabularPolicy reference = policy(0, -0.5, 0.5);
    assertThat(estimate(policy, reference, 20_000).mean())
        .isCloseTo(exact(policy, reference), within(0.02));
    assertThat(estimate(reference, policy, 20_000).mean())
        .as("the other way round is another divergence")
        .isCloseTo(exact(reference, policy), within(0.02));
    assertThat(exact(policy, reference)).isNotCloseTo(exact(reference, policy), within(0.1));
  }

  @Test
  void isZeroAgainstItself() {
    SequenceKl same = estimate(policy(0.5, 1, -1), policy(0.5, 1, -1), 5);
    assertThat(same.mean()).isZero();
    assertThat(same.standardError()).isZero();
  }

  /** An unbiased estimate of a small divergence is negative now and then, and is told so. */
  @Test
  void mayBeNegative() {
    TabularPolicy policy = policy(0, 0.05, 0);
    TabularPolicy reference = policy(0, 0, 0);
    List<Double> means = new ArrayList<>();
    for (int seed = 0; seed < 200; seed++) {
      means.add(SequenceKl.fresh(policy, reference, PROMPTS, 4, 3, Set.of(STOP), seed).mean());
    }
    assertThat(means).anyMatch(mean -> mean < 0);
    assertThat(means.stream().mapToDouble(mean -> mean).average().orElseThrow())
        .isCloseTo(exact(policy, reference), within(0.002));
  }

  /** Prompts differ more than answers to one do: the error is one of prompts. */
  @Test
  void theErrorIsOneOfPrompts() {
    TabularPolicy policy = policy(3, 0, 0);
    TabularPolicy reference = policy(0, 0, 0);
    double few = estimate(policy, reference, 50).standardError();
    double many = estimate(policy, reference, 5_000).standardError();
    assertThat(few).isPositive();
    assertThat(many).as("more answers to the same prompts").isGreaterThan(few / 2);
  }

  @Test
  void entropyIsTheMeanOverSampledTokens() {
    TabularPolicy even = policy(0, 0, 0);
    // The first token has three even choices, the others none; answers have 2, 3 or 1 tokens.
    assertThat(estimate(even, even, 20_000).entropy()).isCloseTo(Math.log(3) / 2, within(0.01));
  }

  @Test
  void distinctWords() {
    List<String> answers = List.of("a b a b", "  a\n b ", "", "c");
    assertThat(DistinctWords.of(answers, 1)).isEqualTo(3.0 / 7);
    assertThat(DistinctWords.of(answers, 2)).isEqualTo(2.0 / 4);
    assertThat(DistinctWords.of(answers, 3)).isEqualTo(2.0 / 2);
    assertThat(DistinctWords.of(answers, 5)).isZero();
    assertThat(DistinctWords.of(List.of("", " "), 1)).isZero();
  }
}
