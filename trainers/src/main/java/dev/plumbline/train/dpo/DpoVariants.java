package dev.plumbline.train.dpo;

import static dev.plumbline.train.verify.Claim.CUT;
import static dev.plumbline.train.verify.Claim.EOS;
import static dev.plumbline.train.verify.Claim.GAME;
import static dev.plumbline.train.verify.Claim.LOG_RATIOS;
import static dev.plumbline.train.verify.Claim.SHIFT;
import static dev.plumbline.train.verify.Claim.START;
import static dev.plumbline.train.verify.Claim.SWAP;
import static dev.plumbline.train.verify.Claim.WEIGHTS;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenStatistic;
import dev.plumbline.train.loop.PairSums;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.verify.Bandit;
import dev.plumbline.train.verify.Equality;
import dev.plumbline.train.verify.PairRows;
import dev.plumbline.train.verify.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** What {@code dpo} says of its losses. */
final class DpoVariants {
  private static final double LOG2 = Math.log(2);
  private static final String PER_TOKEN = "it compares log-ratios a token";
  private static final String NO_CLOSED_FORM = "its minimum has no closed form";
  private static final String CONSTANTS = "only constants of the score cancel";
  private static final String LIKELIHOOD = "a likelihood has no reference";

  private final DpoMethod method;
  private final List<Variant<PairRow>> all = new ArrayList<>();

  private DpoVariants(DpoMethod method) {
    this.method = method;
  }

  static List<Variant<PairRow>> of(DpoMethod method) {
    DpoVariants variants = new DpoVariants(method);
    variants.logistic();
    variants.otherDifferences();
    variants.divergences();
    variants.singleRewards();
    variants.ranks();
    variants.likelihoodsAndSums();
    variants.changedSumsAndWeights();
    return List.copyOf(variants.all);
  }

  private void logistic() {
    all.add(
        variant("loss_type=sigmoid")
            .startsAt(LOG2)
            .answer(DpoAnswers.a(0.630258194682, -0.0467545693613))
            .answer(DpoAnswers.b(0.854355244469, -0.0574442516812))
            .answer(DpoAnswers.c(6.14419347773e-06, -6.14417460221e-07))
            .answer(DpoAnswers.d(12.0000061442, -0.0999993855825))
            .game(DpoGames.dpo(0.1)));
    all.add(
        variant("loss_type=sigmoid beta=0.5")
            .startsAt(LOG2)
            .game(DpoGames.dpo(0.5))
            .game(DpoGames.dpoInMicroBatches(0.5)));
    all.add(
        variant("loss_type=sigmoid beta=1")
            .startsAt(LOG2)
            .answer(DpoAnswers.a(0.241008453833, -0.214165016957))
            .answer(DpoAnswers.b(3.04858735157, -0.952574126822))
            .game(DpoGames.dpo(1)));
    all.add(
        Variant.of(
                "loss_type=sigmoid reference_free=true beta=0.5",
                recipe("loss_type=sigmoid reference_free=true beta=0.5"),
                new PairRows(PairSums.PLAIN, false, true))
            .without("it has no reference", START, LOG_RATIOS)
            .game(DpoGames.referenceFree(0.5)));
    all.add(
        variant("loss_type=sigmoid label_smoothing=0.1")
            .startsAt(LOG2)
            .answer(DpoAnswers.a(0.643258194682, -0.0367545693613))
            .answer(DpoAnswers.b(0.824355244469, -0.0474442516812))
            .game(DpoGames.smoothed(1, 0.1, 0.1))
            .game(DpoGames.smoothed(0.8, 0.1, 0.1)));
    all.add(
        variant("loss_type=sigmoid label_smoothing=0.3")
            .startsAt(LOG2)
            .game(DpoGames.smoothed(0.8, 0.3, 0.1)));
    all.add(
        variant("loss_type=robust")
            .startsAt(LOG2)
            .equal(exactly("loss_type=sigmoid"))
            .game(DpoGames.dpo(0.1)));
    all.add(
        variant("loss_type=robust label_smoothing=0.1")
            .startsAt(LOG2)
            .answer(DpoAnswers.a(0.614008194682))
            .answer(DpoAnswers.b(0.891855244469))
            .game(DpoGames.robust(0.8, 0.1, 0.1)));
    all.add(
        variant("loss_type=sigmoid_norm")
            .startsAt(LOG2)
            .without(PER_TOKEN, SHIFT, SWAP)
            .equal(oneToken("loss_type=sigmoid"))
            .game(DpoGames.dpoOfOneToken(0.1)));
  }

  private void otherDifferences() {
    all.add(
        variant("loss_type=hinge")
            .startsAt(1)
            .answer(DpoAnswers.a(0.87, -0.1))
            .answer(DpoAnswers.b(1.3, -0.1))
            .game(DpoGames.hinge(0.6, 0.1))
            .game(DpoGames.hinge(0.8, 0.1)));
    all.add(
        variant("loss_type=ipo ipo_reduction=sum")
            .startsAt(25)
            .answer(DpoAnswers.a(13.69, -7.4))
            .answer(DpoAnswers.b(64, -16))
            .game(DpoGames.ipoOfTwo(Bandit.ofEnds(2), 0.8, 0.1)));
    all.add(DpoGames.ipo(variant("loss_type=ipo ipo_reduction=sum beta=0.5").startsAt(1), 0.5));
    all.add(
        variant("loss_type=ipo")
            .startsAt(25)
            .without(PER_TOKEN, SHIFT, SWAP)
            .answer(DpoAnswers.aOfTokens(5, 4, 22.09))
            .equal(oneToken("loss_type=ipo ipo_reduction=sum"))
            .game(DpoGames.ipoOfTwo(Bandit.ofTokens(2), 0.8, 0.1)));
    all.add(
        variant("loss_type=exo_pair label_smoothing=0.1")
            .startsAt(-LOG2 - (Math.log(0.9) + Math.log(0.1)) / 2)
            .game(DpoGames.exo(1, 0.1, 0.1))
            .game(DpoGames.exo(0.8, 0.1, 0.1)));
    all.add(variant("loss_type=discopop").startsAt((LOG2 + 1) / 2).without(NO_CLOSED_FORM, GAME));
  }

  /** f-DPO. Only constants of a score cancel, so log-probs moved alike do not. */
  private void divergences() {
    for (double beta : new double[] {0.5, 0.1}) {
      boolean strong = beta == 0.5;
      all.add(divergence("f_divergence_type=reverse_kl", beta, strong ? 2 : 2, Math::exp));
      all.add(
          divergence(
                  "f_divergence_type=forward_kl",
                  beta,
                  strong ? 1 : 0.05,
                  s -> s < 0 ? -1 / s : Double.POSITIVE_INFINITY)
              .without(CONSTANTS, SHIFT, SWAP));
      all.add(
          divergence(
                  "f_divergence_type=js_divergence",
                  beta,
                  8,
                  s -> s < LOG2 ? Math.exp(s) / (2 - Math.exp(s)) : Double.POSITIVE_INFINITY)
              .without(CONSTANTS, SHIFT, SWAP));
      all.add(alpha(0.3, beta, strong ? 4 : 0.5));
      all.add(alpha(0.5, beta, strong ? 2 : 0.2));
      all.add(alpha(0.7, beta, strong ? 2 : 0.1));
    }
    String nearForward = "f_divergence_type=alpha_divergence f_alpha=0.999999999";
    all.add(
        variant(nearForward)
            .startsAt(LOG2)
            .without(CONSTANTS, SHIFT, SWAP)
            .without("see forward_kl", GAME)
            .equal(near("f_divergence_type=forward_kl", 1e-6)));
    all.add(
        variant("f_divergence_type=alpha_divergence f_alpha=0.000001")
            .startsAt(LOG2)
            .without(CONSTANTS, SHIFT, SWAP)
            .without("see reverse_kl", GAME)
            .equal(near("loss_type=sigmoid", 1e-5)));
    for (String link : List.of("hinge", "robust", "discopop", "sigmoid_norm", "ipo")) {
      double start =
          switch (link) {
            case "hinge" -> 1;
            case "ipo" -> 25;
            case "discopop" -> (LOG2 + 1) / 2;
            default -> LOG2;
          };
      all.add(
          variant("loss_type=" + link + " f_divergence_type=js_divergence")
              .startsAt(start)
              .without(CONSTANTS, SHIFT, SWAP)
              .without("f-DPO's closed form is that of sigmoid", GAME));
    }
  }

  private Variant<PairRow> alpha(double alpha, double beta, double rate) {
    return divergence(
            "f_divergence_type=alpha_divergence f_alpha=" + alpha,
            beta,
            rate,
            s -> alpha * s < 1 ? Math.pow(1 - alpha * s, -1 / alpha) : Double.POSITIVE_INFINITY)
        .without(CONSTANTS, SHIFT, SWAP);
  }

  private Variant<PairRow> divergence(
      String settings, double beta, double rate, DoubleUnaryOperator inverse) {
    return variant(settings + " beta=" + beta)
        .startsAt(LOG2)
        .game(DpoGames.divergence(beta, inverse, rate));
  }

  private Equality<PairRow> near(String settings, double tolerance) {
    return new Equality<>(settings + ", nearly", recipe(settings), 4, 3, -1, tolerance);
  }

  /** Losses on the rewards of single completions. */
  private void singleRewards() {
    all.add(single("loss_type=nca_pair", 2 * LOG2).without("only at beta 1; see there", GAME));
    all.add(single("loss_type=nca_pair beta=1", 2 * LOG2).game(DpoGames.nca()));
    all.add(single("loss_type=bco_pair", 2 * LOG2).without(NO_CLOSED_FORM, GAME));
    all.add(single("loss_type=sppo_hard", 50).without(NO_CLOSED_FORM, GAME));
    all.add(single("loss_type=apo_zero", 1).without("it has no minimum", GAME));
    all.add(single("loss_type=apo_down", 1).without("it has no minimum", GAME));
  }

  private Variant<PairRow> single(String settings, double start) {
    return variant(settings)
        .startsAt(start)
        .without("it takes the rewards of single completions", SHIFT, SWAP);
  }

  private void ranks() {
    ranks("loss_type=aot", "loss_type=sigmoid");
    ranks("loss_type=aot label_smoothing=0.1", "loss_type=sigmoid label_smoothing=0.1");
    ranks("loss_type=aot_unpaired", "loss_type=sigmoid");
  }

  private void ranks(String settings, String pair) {
    all.add(
        Variant.of(settings, recipe(settings), new PairRows(PairSums.PLAIN, true, false))
            .startsAt(LOG2)
            .without("it goes by ranks within a micro-batch", CUT, WEIGHTS, GAME)
            .equal(new Equality<>(pair + " of a single pair", recipe(pair), 1, 6, -5, 1e-12)));
  }

  private void likelihoodsAndSums() {
    all.add(
        variant("loss_type=sft")
            .without(LIKELIHOOD, START, LOG_RATIOS, SHIFT, SWAP)
            .game(DpoGames.likelihood(false)));
    all.add(
        variant("loss_type=sft nll_normalization=sequence_mean")
            .without(LIKELIHOOD, START, LOG_RATIOS, SHIFT, SWAP)
            .equal(oneToken("loss_type=sft"))
            .game(DpoGames.likelihood(true)));
    all.add(
        variant("loss_type=sigmoid,sft loss_weights=1,0.2")
            .without(LIKELIHOOD, START, LOG_RATIOS, SHIFT, SWAP)
            .without(NO_CLOSED_FORM, GAME));
    all.add(
        variant("loss_type=sigmoid,ipo loss_weights=1,0.5 ipo_reduction=sum")
            .startsAt(LOG2 + 12.5)
            .without(NO_CLOSED_FORM, GAME));
  }

  private void changedSumsAndWeights() {
    all.add(shortened("loss_type=sigmoid ld_alpha=0.3", 0.3));
    all.add(
        shortened("loss_type=sigmoid ld_alpha=0", 0)
            .without("what a completion has beyond the other's length counts nothing", EOS));
    String weighted = "loss_type=sigmoid use_weighting=true beta=0.5";
    Recipe<PairRow> recipe = recipe(weighted);
    all.add(
        variant(weighted)
            .without(
                "a pair weighs as much as the policy is likely to write it",
                START,
                LOG_RATIOS,
                SHIFT,
                SWAP)
            .holding(
                (rows, at, moved) ->
                    recipe
                        .part(
                            rows,
                            recipe.batch(rows),
                            sameLikelihood(at, moved),
                            recipe.totals(rows))
                        .loss())
            .game(DpoGames.dpoWeighted(0.5)));
  }

  private Variant<PairRow> shortened(String settings, double alpha) {
    return Variant.of(settings, recipe(settings), new PairRows(new PairSums(alpha), true, true))
        .startsAt(LOG2)
        .equal(oneToken("loss_type=sigmoid"))
        .game(DpoGames.dpoOfOneToken(0.1));
  }

  /** Moves what a token's probability is compared with by as much as the token. */
  private static LogProbs sameLikelihood(LogProbs at, LogProbs moved) {
    double[][] squares = new double[at.size()][];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = at.statistic(TokenStatistic.LOG_SUM_SQUARES, i).clone();
      for (int t = 0; t < squares[i].length; t++) {
        squares[i][t] += moved.tokens(i)[t] - at.tokens(i)[t];
      }
    }
    return moved.withStatistic(TokenStatistic.LOG_SUM_SQUARES, squares);
  }

  private Variant<PairRow> variant(String settings) {
    return Variant.of(settings, recipe(settings), PairRows.PLAIN);
  }

  private Equality<PairRow> exactly(String settings) {
    return Equality.exact(settings, recipe(settings));
  }

  private Equality<PairRow> oneToken(String settings) {
    return new Equality<>(settings + " at one token", recipe(settings), 4, 1, -5, 1e-12);
  }

  /** Of {@code key=value} with spaces between. */
  private Recipe<PairRow> recipe(String settings) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String setting : settings.split(" ")) {
      int equals = setting.indexOf('=');
      values.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return method.recipe(values);
  }
}
