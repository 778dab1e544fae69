package dev.plumbline.train.objective;

import static dev.plumbline.train.objective.PairObjective.difference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every pair loss owes its users, on random pairs. */
class PairObjectivePropertiesTest {
  private static final double BETA = 0.1;
  private static final Score PER_TOKEN = new Score.PerToken(new Score.LogRatio(1));
  private static final List<Divergence> DIVERGENCES =
      List.of(
          new Divergence.ReverseKl(),
          new Divergence.ForwardKl(),
          new Divergence.JensenShannon(),
          new Divergence.Alpha(0.3));

  static Map<String, PairObjective> objectives() {
    Score reward = new Score.LogRatio(BETA);
    Map<String, PairObjective> all = new LinkedHashMap<>();
    all.put("dpo", difference(reward, new Link.Logistic(0)));
    all.put("cdpo", difference(reward, new Link.Logistic(0.1)));
    all.put("robust", difference(reward, new Link.Robust(0.1)));
    all.put("hinge", difference(reward, new Link.Hinge()));
    all.put("ipo", difference(new Score.LogRatio(1), new Link.Squared(1 / (2 * BETA))));
    all.put("ipo-mean", difference(PER_TOKEN, new Link.Squared(1 / (2 * BETA))));
    all.put("exo", difference(reward, new Link.Exo(1e-3)));
    all.put("discopop", difference(reward, new Link.DiscoPop(0.05)));
    all.put("discopop-wide", difference(reward, new Link.DiscoPop(2)));
    all.put(
        "simpo",
        difference(new Score.PerToken(reward), new Link.Margin(0.5, new Link.Logistic(0))));
    all.put("sigmoid-norm", difference(new Score.PerToken(reward), new Link.Logistic(0)));
    all.put(
        "nca",
        PairObjective.chosen(reward, new Link.WeightedLogistic(1, 0.5))
            .plus(PairObjective.rejected(reward, new Link.WeightedLogistic(0, 0.5))));
    all.put(
        "apo-down",
        PairObjective.chosen(reward, new Link.Probability(1))
            .plus(difference(reward, new Link.Probability(-1))));
    for (Divergence divergence : DIVERGENCES) {
      Score score = new Score.LogRatio(BETA, divergence);
      all.put("f-dpo " + divergence, difference(score, new Link.Logistic(0)));
      all.put("f-norm " + divergence, difference(new Score.PerToken(score), new Link.Logistic(0)));
    }
    all.put("nll", PairObjective.chosenNll());
    all.put("nll-mean", PairObjective.chosenMeanNll());
    return all;
  }

  static List<Map.Entry<String, PairObjective>> entries() {
    return List.copyOf(objectives().entrySet());
  }

  @ParameterizedTest
  @MethodSource("entries")
  void slopesAreTheDerivatives(Map.Entry<String, PairObjective> objective) {
    double step = 1e-5;
    for (int seed = 0; seed < 200; seed++) {
      PairLogProbs pair = Pairs.random(new SplittableRandom(seed));
      if (nearTheHingesCorner(pair)) {
        continue;
      }
      PairLoss loss = Pairs.loss(objective.getValue(), pair);
      double chosen =
          (value(objective, pair, step, 0) - value(objective, pair, -step, 0)) / (2 * step);
      double rejected =
          (value(objective, pair, 0, step) - value(objective, pair, 0, -step)) / (2 * step);
      double tolerance = 1e-8 * Math.max(1, loss.value());
      assertThat(loss.chosenSlope()).as("seed %d", seed).isCloseTo(chosen, within(tolerance));
      assertThat(loss.rejectedSlope()).as("seed %d", seed).isCloseTo(rejected, within(tolerance));
    }
  }

  private static boolean nearTheHingesCorner(PairLogProbs pair) {
    double h = pair.chosen().logRatio() - pair.rejected().logRatio();
    return Math.abs(BETA * h - 1) < 1e-4;
  }

  private static double value(
      Map.Entry<String, PairObjective> objective,
      PairLogProbs pair,
      double chosen,
      double rejected) {
    return Pairs.loss(objective.getValue(), shifted(pair, chosen, rejected)).value();
  }

  private static PairLogProbs shifted(PairLogProbs pair, double chosen, double rejected) {
    return new PairLogProbs(shifted(pair.chosen(), chosen), shifted(pair.rejected(), rejected));
  }

  private static CompletionLogProb shifted(CompletionLogProb completion, double by) {
    return new CompletionLogProb(
        completion.policy() + by, completion.reference(), completion.tokens());
  }

  @ParameterizedTest
  @MethodSource("entries")
  void finiteAtExtremes(Map.Entry<String, PairObjective> objective) {
    for (double w : new double[] {-1e5, 0, 1e5}) {
      for (double l : new double[] {-1e5, 0, 1e5}) {
        PairLoss loss = Pairs.loss(objective.getValue(), Pairs.pair(w, l, 0, 0, 7, 3));
        assertThat(loss.value()).isFinite();
        assertThat(loss.chosenSlope()).isFinite();
        assertThat(loss.rejectedSlope()).isFinite();
      }
    }
  }

  /** Where every run starts: policy and reference agree. */
  @Test
  void valuesAtStepZero() {
    PairLogProbs start = Pairs.pair(-31, -17, -31, -17, 9, 4);
    Map<String, PairObjective> all = objectives();
    for (String logistic : List.of("dpo", "cdpo", "robust")) {
      PairLoss loss = Pairs.loss(all.get(logistic), start);
      assertThat(loss.value()).as(logistic).isCloseTo(Math.log(2), within(1e-15));
    }
    assertThat(Pairs.loss(all.get("dpo"), start).chosenSlope()).isEqualTo(-BETA / 2);
    assertThat(Pairs.loss(all.get("hinge"), start).value()).isEqualTo(1);
    for (String ipo : List.of("ipo", "ipo-mean")) {
      assertThat(Pairs.loss(all.get(ipo), start).value()).as(ipo).isCloseTo(25, within(1e-12));
    }
  }

  @Test
  void slopeOfTheLogisticAtZeroIsExactlyAHalf() {
    assertThat(Numerics.sigmoid(0)).isEqualTo(0.5);
    assertThat(Numerics.sigmoid(-0.0)).isEqualTo(0.5);
    assertThat(new Link.Logistic(0).slope(0)).isEqualTo(-0.5);
  }

  @Test
  void numericsAtBothEnds() {
    assertThat(Numerics.softplus(-800)).isZero();
    assertThat(Numerics.softplus(800)).isEqualTo(800);
    assertThat(Numerics.logSigmoid(-800)).isEqualTo(-800);
    assertThat(Numerics.sigmoid(-800)).isZero();
    assertThat(Numerics.sigmoid(800)).isEqualTo(1);
    assertThat(Numerics.softplus(-40)).isCloseTo(Math.exp(-40), within(1e-30));
  }

  /** Section 6: smoothing 0, flip rate 0 and DPO are one loss; so are IPO's forms at one token. */
  @Test
  void degenerateEqualities() {
    Score reward = new Score.LogRatio(BETA);
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      PairLogProbs pair = Pairs.random(random);
      PairLoss dpo = Pairs.loss(difference(reward, new Link.Logistic(0)), pair);
      assertSame(Pairs.loss(difference(reward, new Link.Robust(0)), pair), dpo, seed);
      PairLogProbs single = new PairLogProbs(oneToken(pair.chosen()), oneToken(pair.rejected()));
      assertSame(
          Pairs.loss(difference(PER_TOKEN, new Link.Squared(5)), single),
          Pairs.loss(difference(new Score.LogRatio(1), new Link.Squared(5)), single),
          seed);
      assertSame(
          Pairs.loss(PairObjective.chosenMeanNll(), single),
          Pairs.loss(PairObjective.chosenNll(), single),
          seed);
    }
  }

  /** Section 6, f-DPO: what the divergences are at the ends of alpha, and JSD's identity. */
  @Test
  void degenerateDivergences() {
    Link link = new Link.Logistic(0);
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      PairLogProbs pair = Pairs.pair(random.nextDouble(-5, 5), random.nextDouble(-5, 5), 0, 0);
      PairLoss dpo = Pairs.loss(difference(new Score.LogRatio(BETA), link), pair);
      PairLoss forward = ofDivergence(new Divergence.ForwardKl(), link, pair);
      assertSame(ofDivergence(new Divergence.ReverseKl(), link, pair), dpo, seed);
      assertSame(ofDivergence(new Divergence.Alpha(1), link, pair), forward, seed);
      assertThat(ofDivergence(new Divergence.Alpha(1e-6), link, pair).value())
          .isCloseTo(dpo.value(), within(1e-5));
      double l = pair.chosen().logRatio();
      assertThat(new Divergence.JensenShannon().score(l) + Numerics.softplus(l) - Math.log(2))
          .isCloseTo(l, within(1e-12));
    }
  }

  private static PairLoss ofDivergence(Divergence divergence, Link link, PairLogProbs pair) {
    return Pairs.loss(difference(new Score.LogRatio(BETA, divergence), link), pair);
  }

  /** Beyond the cap nothing is learned, and it is said. */
  @Test
  void theCap() {
    Score score = new Score.LogRatio(BETA, new Divergence.ForwardKl());
    PairObjective forward = difference(score, new Link.Logistic(0));
    PairLoss at = Pairs.loss(forward, Pairs.pair(-80, 0, 0, 0));
    assertThat(at.clamped()).isFalse();
    assertThat(at.chosenSlope()).isNegative();
    PairLoss beyond = Pairs.loss(forward, Pairs.pair(-81, 0, 0, 0));
    assertThat(beyond.clamped()).isTrue();
    assertThat(beyond.chosenSlope()).isZero();
    assertThat(beyond.value()).isEqualTo(at.value());
    assertThat(Pairs.loss(forward, Pairs.pair(0, -81, 0, 0)).clamped()).isTrue();
    PairObjective discoPop = difference(new Score.LogRatio(1), new Link.DiscoPop(0.05));
    assertThat(Pairs.loss(discoPop, Pairs.pair(-81, 0, 0, 0)).clamped()).isTrue();
    assertThat(Pairs.loss(discoPop, Pairs.pair(-80, 0, 0, 0)).clamped()).isFalse();
  }

  private static CompletionLogProb oneToken(CompletionLogProb completion) {
    return new CompletionLogProb(completion.policy(), completion.reference(), 1);
  }

  /** Swapping a pair swaps the label: smoothing 1 on the pair is smoothing 0 on the swapped one. */
  @Test
  void swappingAPairIsSwappingItsLabel() {
    Score reward = new Score.LogRatio(BETA);
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      PairLogProbs pair = Pairs.random(random);
      PairLogProbs swapped =
          new PairLogProbs(/* chosen= */ pair.rejected(), /* rejected= */ pair.chosen());
      PairLoss one = Pairs.loss(difference(reward, new Link.Logistic(0.3)), pair);
      PairLoss other = Pairs.loss(difference(reward, new Link.Logistic(0.7)), swapped);
      assertSame(
          other,
          new PairLoss(
              one.value(),
              /* chosenSlope= */ one.rejectedSlope(),
              /* rejectedSlope= */ one.chosenSlope()),
          seed);
    }
  }

  /** A constant added to both log-probs of a prompt changes nothing in losses built on sums. */
  @Test
  void onlyDifferencesMatter() {
    Map<String, PairObjective> all = objectives();
    for (String name : List.of("dpo", "cdpo", "robust", "hinge", "ipo", "exo", "discopop")) {
      for (int seed = 0; seed < 100; seed++) {
        PairLogProbs pair = Pairs.random(new SplittableRandom(seed));
        PairLoss plain = Pairs.loss(all.get(name), pair);
        assertThat(Pairs.loss(all.get(name), shifted(pair, 3.5, 3.5)).value())
            .as("%s, seed %d", name, seed)
            .isCloseTo(plain.value(), within(1e-9 * Math.max(1, plain.value())));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("entries")
  void partsOfAStepAddUpAndOrderDoesNotMatter(Map.Entry<String, PairObjective> objective) {
    LossSum loss = LossSum.of(objective.getValue());
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<PairLogProbs> pairs = new ArrayList<>();
      double[] weights = new double[8];
      double total = 0;
      for (int i = 0; i < 8; i++) {
        pairs.add(Pairs.random(random));
        weights[i] = random.nextDouble(0.5, 2);
        total += weights[i];
      }
      double whole = Pairs.sum(loss.shares(pairs, weights, total, 1));
      double parts = 0;
      for (int i = 0; i < 8; i++) {
        parts +=
            Pairs.sum(loss.shares(pairs.subList(i, i + 1), new double[] {weights[i]}, total, 1));
      }
      double tolerance = 1e-12 * Math.max(1, Math.abs(whole));
      assertThat(parts).as("seed %d", seed).isCloseTo(whole, within(tolerance));
      List<PairLogProbs> shuffled = new ArrayList<>(pairs);
      Collections.shuffle(shuffled, new Random(seed));
      double even = Pairs.sum(loss.shares(pairs, ones(8), 8, 1));
      assertThat(Pairs.sum(loss.shares(shuffled, ones(8), 8, 1)))
          .as("seed %d", seed)
          .isCloseTo(even, within(1e-12 * Math.max(1, Math.abs(even))));
    }
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    java.util.Arrays.fill(ones, 1);
    return ones;
  }

  private static void assertSame(PairLoss actual, PairLoss expected, int seed) {
    double tolerance = 1e-12 * Math.max(1, Math.abs(expected.value()));
    assertThat(actual.value()).as("seed %d", seed).isCloseTo(expected.value(), within(tolerance));
    assertThat(actual.chosenSlope())
        .as("seed %d", seed)
        .isCloseTo(
            expected.chosenSlope(), within(1e-12 * Math.max(1, Math.abs(expected.chosenSlope()))));
    assertThat(actual.rejectedSlope())
        .as("seed %d", seed)
        .isCloseTo(
            expected.rejectedSlope(),
            within(1e-12 * Math.max(1, Math.abs(expected.rejectedSlope()))));
  }
}
