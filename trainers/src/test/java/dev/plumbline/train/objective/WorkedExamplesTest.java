package dev.plumbline.train.objective;

import static dev.plumbline.train.objective.PairObjective.difference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Losses on inputs chosen so that a reader can do the arithmetic. */
class WorkedExamplesTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static final double LN2 = Math.log(2);
  private static final double LN3 = Math.log(3);

  /** Chosen 3 times as likely as under the reference, rejected unchanged: h = ln 3. */
  private static final PairLogProbs TRIPLED = Pairs.pair(-1 + LN3, -2, -1, -2, 2, 3);

  /**
   * beta = 1, so the logit is ln 3 and sigmoid(ln 3) = 3/4. Loss -ln(3/4) = ln 4 - ln 3; slope -(1
   * - 3/4) = -1/4 in the chosen log-prob, +1/4 in the rejected one.
   */
  @Test
  void dpo() {
    PairLoss loss = Pairs.loss(difference(new Score.LogRatio(1), new Link.Logistic(0)), TRIPLED);
    assertThat(loss.value()).isCloseTo(2 * LN2 - LN3, EXACT);
    assertThat(loss.chosenSlope()).isCloseTo(-0.25, EXACT);
    assertThat(loss.rejectedSlope()).isCloseTo(0.25, EXACT);
  }

  /**
   * Smoothing 1/4 at the same logit: 3/4 ln(4/3) + 1/4 ln 4 = 2 ln 2 - 3/4 ln 3. The model says
   * 3/4, the label says 3/4: the slope is 0.
   */
  @Test
  void conservativeDpo() {
    PairLoss loss = Pairs.loss(difference(new Score.LogRatio(1), new Link.Logistic(0.25)), TRIPLED);
    assertThat(loss.value()).isCloseTo(2 * LN2 - 0.75 * LN3, EXACT);
    assertThat(loss.chosenSlope()).isCloseTo(0, EXACT);
  }

  /**
   * Flip rate 1/4 at the same logit: (3/4 ln(4/3) - 1/4 ln 4) / (1/2) = 2 ln 2 - 3/2 ln 3; slope
   * -(3/4 * 1/4 + 1/4 * 3/4) / (1/2) = -3/4. The value is negative, as it may be.
   */
  @Test
  void robustDpo() {
    PairLoss loss = Pairs.loss(difference(new Score.LogRatio(1), new Link.Robust(0.25)), TRIPLED);
    assertThat(loss.value()).isCloseTo(2 * LN2 - 1.5 * LN3, EXACT).isNegative();
    assertThat(loss.chosenSlope()).isCloseTo(-0.75, EXACT);
  }

  /** Log-ratios 3 and -1, tau 1/4: h = 4, target 2, loss (4 - 2)^2 = 4, slope 2 * 2 = 4. */
  @Test
  void ipoOnSums() {
    PairLogProbs pair = Pairs.pair(-2, -6, -5, -5);
    PairLoss loss = Pairs.loss(difference(new Score.LogRatio(1), new Link.Squared(2)), pair);
    assertThat(loss.value()).isEqualTo(4);
    assertThat(loss.chosenSlope()).isEqualTo(4);
    assertThat(loss.rejectedSlope()).isEqualTo(-4);
  }

  /**
   * The same log-ratios over 6 and 2 tokens: 3/6 - (-1/2) = 1, loss (1 - 2)^2 = 1, slope -2 shared
   * by 6 tokens of one side and 2 of the other: -1/3 and +1.
   */
  @Test
  void ipoOnTokenMeans() {
    PairLogProbs pair = Pairs.pair(-2, -6, -5, -5, 6, 2);
    PairLoss loss =
        Pairs.loss(
            difference(new Score.PerToken(new Score.LogRatio(1)), new Link.Squared(2)), pair);
    assertThat(loss.value()).isCloseTo(1, EXACT);
    assertThat(loss.chosenSlope()).isCloseTo(-1.0 / 3, EXACT);
    assertThat(loss.rejectedSlope()).isCloseTo(1, EXACT);
  }

  /** h = 4. beta 1/8: margin 1/2 is short of 1 by 1/2. beta 1/2: margin 2, nothing to do. */
  @Test
  void hinge() {
    PairLogProbs pair = Pairs.pair(-2, -6, -5, -5);
    PairLoss short_ = Pairs.loss(difference(new Score.LogRatio(0.125), new Link.Hinge()), pair);
    assertThat(short_).isEqualTo(new PairLoss(0.5, -0.125, 0.125));
    PairLoss enough = Pairs.loss(difference(new Score.LogRatio(0.5), new Link.Hinge()), pair);
    assertThat(enough.value()).isZero();
    assertThat(enough.chosenSlope()).isZero();
  }

  /** Log-ratio ln 3, beta 1: sigmoid = 3/4. */
  @Test
  void nca() {
    PairObjective nca =
        PairObjective.chosen(new Score.LogRatio(1), new Link.WeightedLogistic(1, 0.5))
            .plus(PairObjective.rejected(new Score.LogRatio(1), new Link.WeightedLogistic(0, 0.5)));
    PairLoss loss = Pairs.loss(nca, TRIPLED);
    // -ln(3/4) - ln(1/4) / 2 for the chosen completion, -ln(1/2) / 2 for the other.
    assertThat(loss.value()).isCloseTo(2 * LN2 - LN3 + LN2 + LN2 / 2, EXACT);
    assertThat(loss.chosenSlope()).isCloseTo(-0.25 + 0.375, EXACT);
    assertThat(loss.rejectedSlope()).isCloseTo(0.25, EXACT);
  }

  /** sigmoid(-ln 3) = 1/4, slope -3/16. */
  @Test
  void probabilities() {
    PairObjective falling = PairObjective.chosen(new Score.LogRatio(1), new Link.Probability(-1));
    PairLoss loss = Pairs.loss(falling, TRIPLED);
    assertThat(loss.value()).isCloseTo(0.25, EXACT);
    assertThat(loss.chosenSlope()).isCloseTo(-3.0 / 16, EXACT);
    assertThat(loss.rejectedSlope()).isZero();
  }

  /** The model says (3/4, 1/4) and the label says the same: no loss, no slope. */
  @Test
  void exoIsMetWhereModelAndLabelAgree() {
    PairLoss loss = Pairs.loss(difference(new Score.LogRatio(1), new Link.Exo(0.25)), TRIPLED);
    assertThat(loss.value()).isCloseTo(0, EXACT);
    assertThat(loss.chosenSlope()).isCloseTo(0, EXACT);
  }

  /** A logit of 2 ln 3 that should lead by ln 3 is DPO's at ln 3: ln(4/3), slope -1/4. */
  @Test
  void marginOfALogit() {
    Link link = new Link.Margin(LN3, new Link.Logistic(0));
    assertThat(link.value(2 * LN3)).isCloseTo(2 * LN2 - LN3, EXACT);
    assertThat(link.slope(2 * LN3)).isCloseTo(-0.25, EXACT);
  }

  /** tau 1 at logit ln 3: k = 3/4, so ln(4/3) / 4 + 3/4 * 1/3. */
  @Test
  void discoPop() {
    Link link = new Link.DiscoPop(1);
    assertThat(link.value(LN3)).isCloseTo((2 * LN2 - LN3) / 4 + 0.25, EXACT);
    assertThat(link.isClamped(-80)).isFalse();
    assertThat(link.isClamped(-80.1)).isTrue();
  }

  /** Chosen: a tenth as likely as under the reference, so e^-l = 10; rejected: twice, 1/2. */
  @Test
  void divergences() {
    double low = -Math.log(10);
    assertThat(new Divergence.ForwardKl().score(low)).isCloseTo(-10, within(1e-12));
    assertThat(new Divergence.ForwardKl().slope(LN2)).isCloseTo(0.5, EXACT);
    assertThat(new Divergence.JensenShannon().score(LN2)).isCloseTo(2 * LN2 - LN3, EXACT);
    assertThat(new Divergence.JensenShannon().slope(LN2)).isCloseTo(1.0 / 3, EXACT);
    assertThat(new Divergence.Alpha(0.5).score(2 * LN2)).isCloseTo(1, EXACT);
    assertThat(new Divergence.Alpha(0.5).slope(2 * LN2)).isCloseTo(0.5, EXACT);
  }

  /** Divided by lengths, a score counts from 0: (1 - e^-l) / n for the forward KL. */
  @Test
  void scoresATokenCountFromTheReference() {
    Score score = new Score.PerToken(new Score.LogRatio(1, new Divergence.ForwardKl()));
    assertThat(score.value(new CompletionLogProb(-3 + LN2, -3, 4))).isCloseTo(0.125, EXACT);
    assertThat(score.value(new CompletionLogProb(-3, -3, 4))).isZero();
    assertThat(score.slope(new CompletionLogProb(-3 + LN2, -3, 4))).isCloseTo(0.125, EXACT);
  }

  /** At logit exactly 1 the hinge is met: no slope. */
  @Test
  void hingeAtItsCorner() {
    assertThat(new Link.Hinge().slope(1)).isZero();
    assertThat(new Link.Hinge().slope(Math.nextDown(1.0))).isEqualTo(-1);
  }

  /**
   * Two pairs with chosen log-probs -6 (3 tokens) and -2 (1 token). Token mean: 8 nats / 4 tokens =
   * 2. Sequence mean: (2 + 2) / 2 = 2. With the second pair counting three times: (6 + 3 * 2) / (3
   * + 3 * 1) = 2 again by tokens; a pair of -6 over 1 token instead tells them apart: 12 / 4 = 3
   * against (2 + 6) / 2 = 4.
   */
  @Test
  void nllByTokensAndBySequences() {
    LossSum tokens =
        new LossSum(
            List.of(new LossSum.Term(PairObjective.chosenNll(), 1, LossSum.Mean.CHOSEN_TOKENS)));
    LossSum sequences = LossSum.of(PairObjective.chosenMeanNll());
    List<PairLogProbs> even =
        List.of(Pairs.pair(-6, -9, 0, 0, 3, 1), Pairs.pair(-2, -9, 0, 0, 1, 1));
    double[] once = {1, 1};
    assertThat(Pairs.sum(tokens.shares(even, once, 2, 4))).isEqualTo(2);
    assertThat(Pairs.sum(sequences.shares(even, once, 2, 4))).isEqualTo(2);
    assertThat(Pairs.sum(tokens.shares(even, new double[] {1, 3}, 4, 6))).isEqualTo(2);
    List<PairLogProbs> uneven =
        List.of(Pairs.pair(-6, -9, 0, 0, 3, 1), Pairs.pair(-6, -9, 0, 0, 1, 1));
    assertThat(tokens.shares(uneven, once, 2, 4))
        .containsExactly(new PairLoss(1.5, -0.25, 0), new PairLoss(1.5, -0.25, 0));
    assertThat(sequences.shares(uneven, once, 2, 4))
        .containsExactly(new PairLoss(1, -1.0 / 6, 0), new PairLoss(3, -0.5, 0));
  }

  /** Two pairs of DPO loss ln 2 each, the second of weight 3: mean ln 2, slopes 1 : 3. */
  @Test
  void weightsShareTheGradient() {
    PairLogProbs even = Pairs.pair(-5, -7, -5, -7);
    LossSum dpo = LossSum.of(difference(new Score.LogRatio(1), new Link.Logistic(0)));
    assertThat(dpo.shares(List.of(even, even), new double[] {1, 3}, 4, 2))
        .containsExactly(
            new PairLoss(LN2 / 4, -0.125, 0.125), new PairLoss(LN2 * 0.75, -0.375, 0.375));
  }
}
