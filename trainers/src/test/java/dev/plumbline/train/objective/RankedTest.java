package dev.plumbline.train.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** AOT, which compares ranks over a batch. */
class RankedTest {
  private static final double BETA = 0.1;

  static List<Map.Entry<String, PairObjective>> both() {
    return List.of(
        Map.entry("margins", Ranked.margins(BETA, new Link.Logistic(0.1))),
        Map.entry("completions", Ranked.completions(BETA, new Link.Logistic(0.1))));
  }

  /**
   * Margins 5 and 1 under the policy, 2 and 0 under the reference, in opposite order: rank by rank
   * 1 - 0 = 1 and 5 - 2 = 3. Pair by pair it would be 5 - 0 and 1 - 2.
   */
  @Test
  void margins() {
    List<PairLogProbs> pairs = List.of(Pairs.pair(-1, -6, -3, -3), Pairs.pair(-1, -2, -1, -3));
    PairObjective squared = Ranked.margins(1, new Link.Squared(0));
    assertThat(squared.losses(pairs))
        .containsExactly(new PairLoss(9, 6, -6), new PairLoss(1, 2, -2));
  }

  /**
   * Log-ratios 4 and 1 of the chosen, 3 and 2 of the rejected completions: 1 - 2 = -1 and 4 - 3 =
   * 1. The first pair has the greater chosen and the greater rejected one.
   */
  @Test
  void completions() {
    List<PairLogProbs> pairs = List.of(Pairs.pair(-1, -2, -5, -4), Pairs.pair(-1, -2, -2, -5));
    PairObjective squared = Ranked.completions(1, new Link.Squared(0));
    assertThat(squared.losses(pairs))
        .containsExactly(new PairLoss(1, 2, 2), new PairLoss(1, -2, -2));
  }

  @ParameterizedTest
  @MethodSource("both")
  void slopesAreTheDerivativesOfTheSum(Map.Entry<String, PairObjective> objective) {
    double step = 1e-5;
    for (int seed = 0; seed < 50; seed++) {
      List<PairLogProbs> pairs = random(seed, 6);
      List<PairLoss> losses = objective.getValue().losses(pairs);
      for (int i = 0; i < pairs.size(); i++) {
        double chosen =
            (sum(objective, pairs, i, step, 0) - sum(objective, pairs, i, -step, 0)) / (2 * step);
        double rejected =
            (sum(objective, pairs, i, 0, step) - sum(objective, pairs, i, 0, -step)) / (2 * step);
        assertThat(losses.get(i).chosenSlope()).as("seed %d", seed).isCloseTo(chosen, within(1e-8));
        assertThat(losses.get(i).rejectedSlope())
            .as("seed %d", seed)
            .isCloseTo(rejected, within(1e-8));
      }
    }
  }

  private static double sum(
      Map.Entry<String, PairObjective> objective,
      List<PairLogProbs> pairs,
      int moved,
      double chosen,
      double rejected) {
    List<PairLogProbs> others = new ArrayList<>(pairs);
    PairLogProbs pair = pairs.get(moved);
    others.set(
        moved,
        Pairs.pair(
            pair.chosen().policy() + chosen,
            pair.rejected().policy() + rejected,
            pair.chosen().reference(),
            pair.rejected().reference()));
    return Pairs.sum(objective.getValue().losses(others));
  }

  /** The order of the rows in a batch is no part of the loss; a single pair is DPO's. */
  @ParameterizedTest
  @MethodSource("both")
  void orderDoesNotMatter(Map.Entry<String, PairObjective> objective) {
    for (int seed = 0; seed < 50; seed++) {
      List<PairLogProbs> pairs = random(seed, 6);
      List<PairLogProbs> shuffled = new ArrayList<>(pairs);
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(Pairs.sum(objective.getValue().losses(shuffled)))
          .as("seed %d", seed)
          .isCloseTo(Pairs.sum(objective.getValue().losses(pairs)), within(1e-12));
      PairObjective dpo =
          PairObjective.difference(new Score.LogRatio(BETA), new Link.Logistic(0.1));
      PairLoss one = Pairs.loss(objective.getValue(), pairs.get(0));
      PairLoss expected = Pairs.loss(dpo, pairs.get(0));
      assertThat(one.value()).as("seed %d", seed).isCloseTo(expected.value(), within(1e-12));
      assertThat(one.chosenSlope()).isCloseTo(expected.chosenSlope(), within(1e-12));
      assertThat(one.rejectedSlope()).isCloseTo(expected.rejectedSlope(), within(1e-12));
    }
  }

  private static List<PairLogProbs> random(int seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<PairLogProbs> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(Pairs.random(random));
    }
    return pairs;
  }
}
