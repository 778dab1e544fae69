package dev.plumbline.train.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenStatistic;
import dev.plumbline.train.loop.Averaging;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.sft.SftOptions.SftLoss;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SftRecipeTest {
  private final SftRecipe recipe = new SftRecipe(SftLoss.NLL);

  /** Six nats over three tokens and two nats over one: 8 / 4 = 2; each token has a quarter. */
  @Test
  void theMeanRunsOverTokensOfTheWholeStep() {
    CompletionRow first = new CompletionRow("a", new int[] {1}, new int[3], 1);
    CompletionRow second = new CompletionRow("b", new int[] {1}, new int[1], 1);
    Recipe.Totals totals = recipe.totals(List.of(first, second));
    assertThat(totals.tokens()).isEqualTo(4);
    Recipe.Part part = part(List.of(first), totals, new double[][] {{-1, -2, -3}});
    assertThat(part.loss()).isEqualTo(1.5);
    assertThat(part.gradients().tokens()[0]).containsOnly(-0.25);
    assertThat(part(List.of(second), totals, new double[][] {{-2}}).loss()).isEqualTo(0.5);
  }

  /** A row of weight 3 beside one of weight 1, a token each: three quarters and one. */
  @Test
  void weightsCountTokens() {
    List<CompletionRow> rows =
        List.of(
            new CompletionRow("a", new int[] {1}, new int[1], 3),
            new CompletionRow("b", new int[] {1}, new int[1], 1));
    Recipe.Part part = part(rows, recipe.totals(rows), new double[][] {{-4}, {-8}});
    assertThat(part.loss()).isEqualTo(5);
    assertThat(part.gradients().tokens()[0]).containsExactly(-0.75);
    assertThat(part.metrics().means().get("mean_token_accuracy")).isEqualTo(-5);
  }

  /**
   * DFT: two tokens of p 1/2 and 1. Loss (1/2 ln 2 + 0) / 2; the probability is a constant, so the
   * slopes are -1/2 / 2 and -1 / 2.
   */
  @Test
  void dftHoldsBackTokensThatThePolicyDoubts() {
    SftRecipe dft = new SftRecipe(SftLoss.DFT);
    List<CompletionRow> rows = List.of(new CompletionRow("a", new int[] {1}, new int[2], 1));
    Recipe.Part part = part(dft, rows, dft.totals(rows), new double[][] {{-Math.log(2), 0}});
    assertThat(part.loss()).isCloseTo(Math.log(2) / 4, within(1e-15));
    assertThat(part.gradients().tokens()[0][0]).isCloseTo(-0.25, within(1e-15));
    assertThat(part.gradients().tokens()[0][1]).isEqualTo(-0.5);
  }

  @Test
  void theLossIsNeverAMeanOfMicroBatches() {
    assertThat(recipe.lossAveraging(Averaging.MICRO_BATCH)).isEqualTo(Averaging.STEP);
  }

  private Recipe.Part part(List<CompletionRow> rows, Recipe.Totals totals, double[][] tokens) {
    return part(recipe, rows, totals, tokens);
  }

  private static Recipe.Part part(
      SftRecipe recipe, List<CompletionRow> rows, Recipe.Totals totals, double[][] tokens) {
    Map<TokenStatistic, double[][]> statistics = new EnumMap<>(TokenStatistic.class);
    recipe.statistics().forEach(statistic -> statistics.put(statistic, tokens));
    Batch batch = recipe.batch(rows);
    return recipe.part(rows, batch, new LogProbs(tokens, statistics), totals);
  }
}
