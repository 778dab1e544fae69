package dev.plumbline.eval.rewards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.lm.random.RandomStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RewardAccuracyTest {
  private static final ClusterBootstrap BOOTSTRAP = new ClusterBootstrap(1000, 0.95, 1);

  /** Four pairs of three prompts by hand. */
  @Test
  void countsByHand() {
    RewardAccuracy accuracy =
        RewardAccuracy.of(
            List.of(
                // Margin 2: right. Reference prefers rejected. A token: -10/10 against -8/4: right.
                new JudgedPair("a", -9, -9, -10, -8, 10, 4),
                // Margin -1: wrong. Reference right. A token: -4/2 against -9/9: wrong.
                new JudgedPair("a", -5, -9, -4, -9, 2, 9),
                // Margin 0: tie. Everything ties.
                new JudgedPair("b", -3, -3, -3, -3, 5, 5),
                // Margin 1: right. Reference wrong.
                new JudgedPair("c", -6, -6, -7, -6, 7, 6)),
            BOOTSTRAP);
    assertThat(accuracy.pairs()).isEqualTo(4);
    assertThat(accuracy.prompts()).isEqualTo(3);
    assertThat(accuracy.reward().value()).isEqualTo(2.5 / 4);
    assertThat(accuracy.reference().value()).isEqualTo(1.5 / 4);
    assertThat(accuracy.referenceMean().value()).isEqualTo((1 + 0 + 0.5 + 0.5) / 4);
    assertThat(accuracy.longer().value()).isEqualTo((1 + 0 + 0.5 + 1) / 4);
    // By prompt: a (0.5 - 0.5), b 0, c 1.
    assertThat(accuracy.rewardOverReference().value()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(accuracy.rewardOverLonger().value()).isCloseTo(0, within(1e-12));
  }

  /** A model that learnt nothing: its interval holds 50 % however many pairs a prompt has. */
  @Test
  void noiseIsNotDistinguishableFromChance() {
    RandomStream random = new RandomStream(4, "noise", 0);
    List<JudgedPair> pairs = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      pairs.add(
          new JudgedPair(
              "prompt " + i / 3,
              random.uniform(),
              random.uniform(),
              random.uniform(),
              random.uniform(),
              1 + random.below(9),
              1 + random.below(9)));
    }
    RewardAccuracy accuracy = RewardAccuracy.of(pairs, BOOTSTRAP);
    assertThat(accuracy.reward().holds(0.5)).isTrue();
    assertThat(accuracy.longer().holds(0.5)).isTrue();
    assertThat(accuracy.prompts()).isEqualTo(200);
  }

  @Test
  void refusesPairsWithoutLogProbs() {
    assertThatThrownBy(
            () ->
                RewardAccuracy.of(
                    List.of(new JudgedPair("a", Double.NaN, 0, 0, 0, 1, 1)), BOOTSTRAP))
        .hasMessageContaining("were all log-probs of the pairs computed?");
  }

  @Test
  void foldsKeepPromptsTogetherWhateverTheOrder() {
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < 103; i++) {
      prompts.addAll(Collections.nCopies(1 + i % 3, "prompt " + i));
    }
    Folds folds = new Folds(prompts, 5, 7);
    int[] sizes = new int[5];
    for (int i = 0; i < 103; i++) {
      sizes[folds.of("prompt " + i)]++;
    }
    assertThat(IntStream.of(sizes).sorted().toArray()).containsExactly(20, 20, 21, 21, 21);
    Collections.reverse(prompts);
    Folds reversed = new Folds(prompts, 5, 7);
    Folds other = new Folds(prompts, 5, 8);
    assertThat(prompts).allSatisfy(p -> assertThat(reversed.of(p)).isEqualTo(folds.of(p)));
    assertThat(prompts).anyMatch(prompt -> other.of(prompt) != folds.of(prompt));
    assertThatThrownBy(() -> new Folds(List.of("a", "a"), 2, 1))
        .hasMessage("2 folds of 1 prompts; expected 2 or more, and a prompt for each");
  }
}
