package dev.plumbline.train.dpo;

import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;
import dev.plumbline.train.objective.Link;
import dev.plumbline.train.objective.LossSum;
import dev.plumbline.train.objective.PairObjective;
import dev.plumbline.train.objective.Score;
import java.util.ArrayList;
import java.util.List;

/** The options of {@code dpo}. */
public record DpoOptions(
    @Option(
            help = "Loss, or a list of losses that are added.",
            defaultValue = "sigmoid",
            aliases = {"loss"})
        List<LossType> lossType,
    @Option(help = "Factors of the losses, in their order; 1 each by default.", defaultValue = "")
        List<Double> lossWeights,
    @Option(help = "Strength of the pull to the reference; the tau of ipo.", defaultValue = "0.1")
        double beta,
    @Option(
            help = "Share of labels taken to be wrong: cDPO with sigmoid, the flip rate of robust.",
            defaultValue = "0")
        double labelSmoothing,
    @Option(
            help = "Whether the reference counts as uniform, and is not run.",
            defaultValue = "false")
        boolean referenceFree,
    @Option(
            help = "Whether ipo compares log-ratios a token (as TRL) or their sums (as its paper).",
            defaultValue = "token_mean")
        IpoReduction ipoReduction,
    @Option(
            help = "What sft is a mean over: chosen tokens of the step (as TRL), or sequences.",
            defaultValue = "token_mean")
        NllNormalization nllNormalization) {

  /** How a completion's log-ratio enters IPO. */
  public enum IpoReduction {
    TOKEN_MEAN,
    SUM
  }

  /** What the negative log-likelihood is a mean over. */
  public enum NllNormalization {
    TOKEN_MEAN,
    SEQUENCE_MEAN
  }

  public DpoOptions {
    Check.that(!lossType.isEmpty(), "loss_type", lossType, "at least one loss");
    Check.that(
        lossWeights.isEmpty() || lossWeights.size() == lossType.size(),
        "loss_weights",
        lossWeights,
        "as many as loss_type has losses (" + lossType.size() + "), or none");
    Check.that(beta > 0, "beta", beta, "a number above 0");
    Check.that(
        labelSmoothing >= 0 && labelSmoothing < 0.5,
        "label_smoothing",
        labelSmoothing,
        "a number from 0 to below 0.5");
  }

  /** The losses as one sum. */
  LossSum loss() {
    List<LossSum.Term> terms = new ArrayList<>();
    for (int i = 0; i < lossType.size(); i++) {
      LossType type = lossType.get(i);
      boolean byTokens = type == LossType.SFT && nllNormalization == NllNormalization.TOKEN_MEAN;
      terms.add(
          new LossSum.Term(
              objective(type),
              lossWeights.isEmpty() ? 1 : lossWeights.get(i),
              byTokens ? LossSum.Mean.CHOSEN_TOKENS : LossSum.Mean.PAIRS));
    }
    return new LossSum(terms);
  }

  private PairObjective objective(LossType type) {
    Score reward = new Score.LogRatio(beta);
    return switch (type) {
      case SIGMOID -> PairObjective.difference(reward, new Link.Logistic(labelSmoothing));
      case HINGE -> PairObjective.difference(reward, new Link.Hinge());
      case ROBUST -> PairObjective.difference(reward, new Link.Robust(labelSmoothing));
      case IPO -> PairObjective.difference(ipoScore(), new Link.Squared(1 / (2 * beta)));
      case SFT ->
          nllNormalization == NllNormalization.TOKEN_MEAN
              ? PairObjective.chosenNll()
              : PairObjective.chosenMeanNll();
    };
  }

  private Score ipoScore() {
    return ipoReduction == IpoReduction.SUM ? new Score.LogRatio(1) : new Score.MeanLogRatio();
  }
}
