package dev.plumbline.train.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenStatistic;
import dev.plumbline.train.config.OptionSchema;
import dev.plumbline.train.config.Settings;
import dev.plumbline.train.loop.Recipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DpoRecipeTest {

  private static DpoRecipe recipe(Map<String, ?> values) {
    return new DpoRecipe(
        new OptionSchema(Map.of(), List.of(DpoOptions.class))
            .read(Settings.of(values))
            .get(DpoOptions.class));
  }

  private static PairRow row(int chosen, int rejected, double weight, SplittableRandom random) {
    return new PairRow(
        "row",
        new int[] {1},
        new int[chosen],
        new int[rejected],
        random.nextDouble(-20, 0),
        random.nextDouble(-20, 0),
        weight);
  }

  private static LogProbs logProbs(double[][] tokens) {
    Map<TokenStatistic, double[][]> statistics = new EnumMap<>(TokenStatistic.class);
    for (TokenStatistic statistic : TokenStatistic.values()) {
      statistics.put(statistic, tokens);
    }
    return new LogProbs(tokens, statistics);
  }

  /** The gradient in every token's log-prob, against central differences of the loss. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sigmoid",
        "hinge",
        "ipo",
        "robust",
        "sft",
        "sigmoid,ipo,sft",
        "exo_pair,label_smoothing=0.1",
        "nca_pair",
        "bco_pair",
        "sppo_hard",
        "aot",
        "aot_unpaired",
        "apo_zero",
        "apo_down",
        "discopop",
        "sigmoid_norm",
        "sigmoid_norm,reference_free=true,simpo_gamma=0.5",
        "sigmoid,ld_alpha=0.3",
        "apo_down,ld_alpha=0",
        "sigmoid,use_weighting=true",
        "ipo,f_divergence_type=js_divergence",
        "hinge,f_divergence_type=alpha_divergence,f_alpha=0.1,beta=0.01"
      })
  void gradientsOfTokens(String settings) {
    Map<String, Object> values = new HashMap<>();
    List<String> losses = new ArrayList<>();
    for (String setting : settings.split(",")) {
      int equals = setting.indexOf('=');
      if (equals < 0) {
        losses.add(setting);
      } else {
        values.put(setting.substring(0, equals), setting.substring(equals + 1));
      }
    }
    values.put("loss_type", losses);
    boolean ranked = settings.startsWith("aot");
    double step = 1e-5;
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      DpoRecipe recipe = recipe(values);
      List<PairRow> rows = List.of(row(3, 2, 1, random), row(1, 4, ranked ? 1 : 2.5, random));
      Batch batch = recipe.batch(rows);
      Recipe.Totals totals = recipe.totals(rows);
      double[][] tokens =
          batch.completions().stream()
              .map(y -> random.doubles(y.ids().length, -5, 0).toArray())
              .toArray(double[][]::new);
      double[][] gradients =
          recipe.part(rows, batch, logProbs(tokens), totals).gradients().tokens();
      for (int i = 0; i < tokens.length; i++) {
        for (int t = 0; t < tokens[i].length; t++) {
          double middle = tokens[i][t];
          tokens[i][t] = middle + step;
          double above = recipe.part(rows, batch, logProbs(tokens), totals).loss();
          tokens[i][t] = middle - step;
          double below = recipe.part(rows, batch, logProbs(tokens), totals).loss();
          tokens[i][t] = middle;
          assertThat(gradients[i][t])
              .as("seed %d, token %d of %d", seed, t, i)
              .isCloseTo((above - below) / (2 * step), within(1e-7 * Math.max(1, below)));
        }
      }
    }
  }

  /** A token's share does not depend on its place: only sums over completions enter. */
  @Test
  void metricsOfAPair() {
    PairRow row = new PairRow("row", new int[] {1}, new int[3], new int[2], -8, -5, 1);
    DpoRecipe recipe = recipe(Map.of("beta", 0.5));
    double[][] tokens = {{-1, -2, -3}, {-4, -3}};
    Map<String, Double> metrics =
        recipe
            .part(
                List.of(row),
                recipe.batch(List.of(row)),
                logProbs(tokens),
                recipe.totals(List.of(row)))
            .metrics()
            .means();
    // Log-ratios: -6 - (-8) = 2 and -7 - (-5) = -2.
    assertThat(metrics)
        .containsEntry("rewards/chosen", 1.0)
        .containsEntry("rewards/rejected", -1.0)
        .containsEntry("rewards/margins", 2.0)
        .containsEntry("rewards/accuracies", 1.0)
        .containsEntry("logps/chosen", -6.0)
        .containsEntry("logps/rejected", -7.0)
        .containsEntry("logits/chosen", -2.0)
        .containsEntry("logits/rejected", -3.5)
        .containsEntry("entropy", -13.0 / 5);
  }

  /** Where policy and reference agree, no pair counts as right: the comparison is strict. */
  @Test
  void aTieIsNotRight() {
    PairRow row = new PairRow("row", new int[] {1}, new int[1], new int[1], -3, -4, 1);
    DpoRecipe recipe = recipe(Map.of());
    Recipe.Part part =
        recipe.part(
            List.of(row),
            recipe.batch(List.of(row)),
            logProbs(new double[][] {{-3}, {-4}}),
            recipe.totals(List.of(row)));
    assertThat(part.metrics().means()).containsEntry("rewards/accuracies", 0.0);
    assertThat(part.loss()).isEqualTo(Math.log(2));
  }

  private static Map<String, Double> metrics(
      Map<String, ?> values, PairRow row, double[][] tokens) {
    DpoRecipe recipe = recipe(values);
    List<PairRow> rows = List.of(row);
    return recipe
        .part(rows, recipe.batch(rows), logProbs(tokens), recipe.totals(rows))
        .metrics()
        .means();
  }

  /** Log-ratios ln 2 and -90: rewards are beta f', and the pair beyond the cap is counted. */
  @Test
  void metricsOfADivergence() {
    PairRow row = new PairRow("row", new int[] {1}, new int[1], new int[1], -3, -4, 1);
    double[][] tokens = {{-3 + Math.log(2)}, {-94}};
    Map<String, Double> forward =
        metrics(Map.of("f_divergence_type", "forward_kl", "beta", 0.5), row, tokens);
    assertThat(forward)
        .containsEntry("clamped_frac", 1.0)
        .containsEntry("logratio/rejected", -90.0);
    assertThat(forward.get("rewards/chosen")).isCloseTo(-0.25, within(1e-12));
    assertThat(forward.get("logratio/chosen")).isCloseTo(Math.log(2), within(1e-12));
    Map<String, Double> shannon =
        metrics(Map.of("f_divergence_type", "js_divergence", "beta", 0.5), row, tokens);
    assertThat(shannon).doesNotContainKey("clamped_frac");
    assertThat(metrics(Map.of(), row, tokens))
        .doesNotContainKeys("clamped_frac", "logratio/chosen", "logratio/rejected");
    assertThat(metrics(Map.of("loss_type", "discopop"), row, tokens))
        .containsEntry("clamped_frac", 0.0);
  }

  /** LD-DPO's sums are the log-probs that rewards are made of. */
  @Test
  void metricsOfReweightedSums() {
    PairRow row = new PairRow("row", new int[] {1}, new int[3], new int[2], -8, -5, 1);
    Map<String, Double> metrics =
        metrics(Map.of("ld_alpha", 0.5, "beta", 1), row, new double[][] {{-1, -2, -3}, {-4, -3}});
    assertThat(metrics)
        .containsEntry("logps/chosen", -4.5)
        .containsEntry("rewards/chosen", 3.5)
        .containsEntry("logps/rejected", -7.0);
  }

  /**
   * Two tokens of p 1/2 and 1/4, sum of squares 1/2 each: geometric mean of 1 and 1/2. The other
   * completion is certain: 1. The loss counts sqrt(1/2), and so does its gradient.
   */
  @Test
  void wpoWeighsAPairByItsLikelihood() {
    double half = Math.log(0.5);
    PairRow row = new PairRow("row", new int[] {1}, new int[2], new int[1], 3 * half, 0, 1);
    double[][] tokens = {{half, 2 * half}, {0}};
    LogProbs logProbs =
        new LogProbs(
            tokens,
            Map.of(
                TokenStatistic.LOG_SUM_SQUARES,
                new double[][] {{half, half}, {0}},
                TokenStatistic.ENTROPY,
                tokens,
                TokenStatistic.MEAN_LOGIT,
                tokens,
                TokenStatistic.TOP1,
                tokens));
    DpoRecipe recipe = recipe(Map.of("use_weighting", true));
    List<PairRow> rows = List.of(row);
    assertThat(recipe.statistics()).contains(TokenStatistic.LOG_SUM_SQUARES);
    Recipe.Part part = recipe.part(rows, recipe.batch(rows), logProbs, recipe.totals(rows));
    assertThat(part.loss()).isCloseTo(Math.log(2) * Math.sqrt(0.5), within(1e-12));
    assertThat(part.gradients().tokens()[0][1]).isCloseTo(-0.05 * Math.sqrt(0.5), within(1e-12));
    assertThat(part.metrics().means()).containsEntry("rewards/accuracies", 0.0);
  }

  @Test
  void withoutReferenceTheRewardIsTheLogProb() {
    PairRow row =
        new PairRow("row", new int[] {1}, new int[1], new int[1], Double.NaN, Double.NaN, 1);
    DpoRecipe recipe = recipe(Map.of("reference_free", true, "beta", 0.5));
    Recipe.Part part =
        recipe.part(
            List.of(row),
            recipe.batch(List.of(row)),
            logProbs(new double[][] {{-3}, {-4}}),
            recipe.totals(List.of(row)));
    assertThat(part.metrics().means()).containsEntry("rewards/chosen", -1.5);
    assertThat(part.loss()).isCloseTo(Math.log1p(Math.exp(-0.5)), within(1e-15));
    assertThat(Arrays.deepToString(part.gradients().tokens())).doesNotContain("NaN");
  }
}
