package dev.plumbline.train.dpo;

import static dev.plumbline.train.objective.PairObjective.chosen;
import static dev.plumbline.train.objective.PairObjective.difference;
import static dev.plumbline.train.objective.PairObjective.rejected;

import dev.plumbline.train.config.UsesOptions;
import dev.plumbline.train.objective.Link;
import dev.plumbline.train.objective.Link.Probability;
import dev.plumbline.train.objective.Link.WeightedLogistic;
import dev.plumbline.train.objective.PairObjective;
import dev.plumbline.train.objective.Ranked;
import dev.plumbline.train.objective.Score;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The losses of {@code dpo}, under TRL's names. */
public enum LossType implements UsesOptions {
  /** DPO; cDPO with label_smoothing. */
  SIGMOID(
      Kind.DIFFERENCE,
      o -> difference(o.reward(), new Link.Logistic(o.labelSmoothing())),
      "label_smoothing"),
  /** SLiC's and RSO's hinge. */
  HINGE(Kind.DIFFERENCE, o -> difference(o.reward(), new Link.Hinge())),
  /** IPO; beta is its tau. */
  IPO(
      Kind.DIFFERENCE,
      o -> difference(o.ipoScore(), new Link.Squared(1 / (2 * o.beta()))),
      "ipo_reduction"),
  /** EXO on pairs; its target label is 1 - label_smoothing. */
  EXO_PAIR(
      Kind.DIFFERENCE,
      o -> difference(o.reward(), new Link.Exo(o.labelSmoothing())),
      "label_smoothing"),
  /** NCA on pairs. */
  NCA_PAIR(
      Kind.REWARDS,
      o ->
          chosen(o.reward(), new WeightedLogistic(1, 0.5))
              .plus(rejected(o.reward(), new WeightedLogistic(0, 0.5)))),
  /** Robust DPO; label_smoothing is its flip rate. */
  ROBUST(
      Kind.DIFFERENCE,
      o -> difference(o.reward(), new Link.Robust(o.labelSmoothing())),
      "label_smoothing"),
  /** BCO on pairs, without its running shift. */
  BCO_PAIR(
      Kind.REWARDS,
      o ->
          chosen(o.reward(), new WeightedLogistic(1, 0))
              .plus(rejected(o.reward(), new WeightedLogistic(0, 1)))),
  /** SPPO (Wu et al., arXiv 2405.00675) with hard labels, offline. */
  SPPO_HARD(
      Kind.REWARDS,
      o ->
          chosen(new Score.LogRatio(1), new Link.Squared(0.5 / o.beta()))
              .plus(rejected(new Score.LogRatio(1), new Link.Squared(-0.5 / o.beta())))),
  /** AOT on margins. */
  AOT(
      Kind.RANKS,
      o -> Ranked.margins(o.beta(), new Link.Logistic(o.labelSmoothing())),
      "label_smoothing"),
  /** AOT on completions that need not be pairs. */
  AOT_UNPAIRED(
      Kind.RANKS,
      o -> Ranked.completions(o.beta(), new Link.Logistic(o.labelSmoothing())),
      "label_smoothing"),
  /** APO that raises the chosen and lowers the rejected. */
  APO_ZERO(
      Kind.REWARDS,
      o -> chosen(o.reward(), new Probability(-1)).plus(rejected(o.reward(), new Probability(1)))),
  /** APO that lowers both, the rejected more. */
  APO_DOWN(
      Kind.REWARDS,
      o ->
          chosen(o.reward(), new Probability(1)).plus(difference(o.reward(), new Probability(-1)))),
  /** DiscoPOP. */
  DISCOPOP(
      Kind.DIFFERENCE,
      o -> difference(o.reward(), new Link.DiscoPop(o.discopopTau())),
      "discopop_tau"),
  /** DPO on log-ratios a token; SimPO without a reference and with a margin. */
  SIGMOID_NORM(
      Kind.DIFFERENCE,
      o ->
          difference(
              new Score.PerToken(o.reward()),
              new Link.Margin(o.simpoGamma(), new Link.Logistic(0))),
      "simpo_gamma"),
  /** Negative log-likelihood of the chosen completions. */
  SFT(Kind.LIKELIHOOD, DpoOptions::nll, "nll_normalization");

  /** What a loss is built on, which decides the options that make sense beside it. */
  private enum Kind {
    /** Differences of two scores. */
    DIFFERENCE(
        Set.of("beta", "reference_free", "f_divergence_type", "ld_alpha", "use_weighting"),
        Set.of()),
    /** Rewards of single completions: their zero has a meaning that only DPO's reward has. */
    REWARDS(
        Set.of("beta", "ld_alpha", "use_weighting"), Set.of("f_divergence_type", "reference_free")),
    /** Ranks over a micro-batch: a loss belongs to no single pair. */
    RANKS(
        Set.of("beta", "ld_alpha"), Set.of("f_divergence_type", "reference_free", "use_weighting")),
    /** The likelihood of chosen completions, all tokens alike. */
    LIKELIHOOD(Set.of(), Set.of("ld_alpha", "use_weighting"));

    private final Set<String> uses;
    private final Set<String> excludes;

    Kind(Set<String> uses, Set<String> excludes) {
      this.uses = uses;
      this.excludes = excludes;
    }
  }

  private final Kind kind;
  private final Function<DpoOptions, PairObjective> objective;
  private final Set<String> uses;

  LossType(Kind kind, Function<DpoOptions, PairObjective> objective, String... uses) {
    this.kind = kind;
    this.objective = objective;
    this.uses = new TreeSet<>(kind.uses);
    this.uses.addAll(Set.of(uses));
  }

  @Override
  public Set<String> uses() {
    return uses;
  }

  @Override
  public Set<String> excludes() {
    return kind.excludes;
  }

  /** Whether it compares across pairs, so that no row can weigh more than another. */
  boolean ranks() {
    return kind == Kind.RANKS;
  }

  /** The loss with options. */
  PairObjective objective(DpoOptions options) {
    return objective.apply(options);
  }
}
