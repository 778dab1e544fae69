package dev.plumbline.train.dpo;

import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;
import dev.plumbline.train.loop.PairSums;
import dev.plumbline.train.objective.Divergence;
import dev.plumbline.train.objective.LossSum;
import dev.plumbline.train.objective.PairObjective;
import dev.plumbline.train.objective.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        NllNormalization nllNormalization,
    @Option(
            help = "What holds the policy near the reference; others than reverse_kl are f-DPO.",
            defaultValue = "reverse_kl")
        FDivergenceType fDivergenceType,
    @Option(
            help = "The alpha of alpha_divergence, as its paper has it: between 0 and 1.",
            defaultValue = "0.5")
        double fAlpha,
    @Option(
            help = "TRL's coefficient of alpha_divergence, 1 - f_alpha; in the place of f_alpha.",
            defaultValue = "",
            aliases = {"trl_alpha"})
        Optional<Double> fAlphaDivergenceCoef,
    @Option(
            help = "LD-DPO: what tokens beyond the shorter completion's length count.",
            defaultValue = "1")
        double ldAlpha,
    @Option(
            help = "WPO: whether a pair counts as much as the policy is likely to write it.",
            defaultValue = "false")
        boolean useWeighting,
    @Option(help = "Width of discopop's switch between its two losses.", defaultValue = "0.05")
        double discopopTau,
    @Option(
            help = "SimPO: the margin by which rewards a token of sigmoid_norm should differ.",
            defaultValue = "0")
        double simpoGamma,
    @Option(
            help = "TR-DPO: whether the reference moves towards the policy during training.",
            defaultValue = "false")
        boolean syncRefModel,
    @Option(
            help = "Share of the policy in the reference after a move of sync_ref_model.",
            defaultValue = "0.6")
        double refModelMixupAlpha,
    @Option(help = "Steps between two moves of sync_ref_model.", defaultValue = "512")
        int refModelSyncSteps) {

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
    Check.that(
        labelSmoothing > 0 || !lossType.contains(LossType.EXO_PAIR),
        "label_smoothing",
        labelSmoothing,
        "a number above 0 with loss_type exo_pair, such as 0.001");
    Check.that(fAlpha > 0 && fAlpha < 1, "f_alpha", fAlpha, "a number between 0 and 1");
    Check.that(
        fAlphaDivergenceCoef.stream().allMatch(c -> c > 0 && c < 1),
        "f_alpha_divergence_coef",
        fAlphaDivergenceCoef.orElse(Double.NaN),
        "a number between 0 and 1");
    Check.that(ldAlpha >= 0 && ldAlpha <= 1, "ld_alpha", ldAlpha, "a number from 0 to 1");
    Check.that(
        simpoGamma >= 0 && Double.isFinite(simpoGamma),
        "simpo_gamma",
        simpoGamma,
        "a number of at least 0");
    Check.that(
        refModelMixupAlpha > 0 && refModelMixupAlpha <= 1,
        "ref_model_mixup_alpha",
        refModelMixupAlpha,
        "a number above 0, at most 1");
    Check.that(
        refModelSyncSteps >= 1,
        "ref_model_sync_steps",
        refModelSyncSteps,
        "a whole number of at least 1");
    Check.that(discopopTau > 0, "discopop_tau", discopopTau, "a number above 0");
  }

  /** The losses as one sum. */
  LossSum loss() {
    List<LossSum.Term> terms = new ArrayList<>();
    for (int i = 0; i < lossType.size(); i++) {
      LossType type = lossType.get(i);
      boolean byTokens = type == LossType.SFT && nllNormalization == NllNormalization.TOKEN_MEAN;
      terms.add(
          new LossSum.Term(
              type.objective(this),
              lossWeights.isEmpty() ? 1 : lossWeights.get(i),
              byTokens ? LossSum.Mean.CHOSEN_TOKENS : LossSum.Mean.PAIRS));
    }
    return new LossSum(terms);
  }

  /** The implicit reward of a completion. */
  Score reward() {
    return new Score.LogRatio(beta, divergence());
  }

  /** How a completion's log-prob is made of its tokens'. */
  PairSums sums() {
    return new PairSums(ldAlpha);
  }

  /** Whether an exponent of the losses may be capped. */
  boolean mayClamp() {
    return lossType.contains(LossType.DISCOPOP)
        || fDivergenceType == FDivergenceType.FORWARD_KL
        || fDivergenceType == FDivergenceType.ALPHA_DIVERGENCE;
  }

  Score ipoScore() {
    Score ratio = new Score.LogRatio(1, divergence());
    return ipoReduction == IpoReduction.SUM ? ratio : new Score.PerToken(ratio);
  }

  PairObjective nll() {
    return nllNormalization == NllNormalization.TOKEN_MEAN
        ? PairObjective.chosenNll()
        : PairObjective.chosenMeanNll();
  }

  private Divergence divergence() {
    return switch (fDivergenceType) {
      case REVERSE_KL -> new Divergence.ReverseKl();
      case FORWARD_KL -> new Divergence.ForwardKl();
      case JS_DIVERGENCE -> new Divergence.JensenShannon();
      case ALPHA_DIVERGENCE ->
          new Divergence.Alpha(fAlphaDivergenceCoef.map(c -> 1 - c).orElse(fAlpha));
    };
  }
}
