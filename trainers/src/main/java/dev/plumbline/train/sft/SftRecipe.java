package dev.plumbline.train.sft;

import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenGradients;
import dev.plumbline.lm.policy.TokenStatistic;
import dev.plumbline.train.loop.Averaging;
import dev.plumbline.train.loop.Metrics;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.sft.SftOptions.SftLoss;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Supervised fine-tuning: the negative log-likelihood of completions, a mean over the learned
 * tokens of the whole optimiser step; or DFT's.
 */
public final class SftRecipe implements Recipe<CompletionRow> {
  private final SftLoss lossType;

  public SftRecipe(SftLoss lossType) {
    this.lossType = lossType;
  }

  @Override
  public String unit() {
    return "rows";
  }

  @Override
  public String id(CompletionRow row) {
    return row.id();
  }

  @Override
  public Batch batch(List<CompletionRow> rows) {
    return new Batch(
        rows.stream().map(row -> Batch.Item.of(row.prompt(), List.of(row.completion()))).toList());
  }

  @Override
  public Set<TokenStatistic> statistics() {
    return EnumSet.of(TokenStatistic.ENTROPY, TokenStatistic.TOP1);
  }

  @Override
  public Totals totals(List<CompletionRow> stepRows) {
    return Totals.of(stepRows, CompletionRow::weight, row -> row.completion().length);
  }

  @Override
  public Part part(List<CompletionRow> rows, Batch batch, LogProbs logProbs, Totals totals) {
    double loss = 0;
    double[][] gradients = new double[rows.size()][];
    Metrics metrics = new Metrics();
    for (int i = 0; i < rows.size(); i++) {
      double weight = rows.get(i).weight();
      double[] tokens = logProbs.tokens(i);
      gradients[i] = new double[tokens.length];
      for (int t = 0; t < tokens.length; t++) {
        double factor = lossType == SftLoss.DFT ? Math.exp(tokens[t]) : 1;
        gradients[i][t] = -weight * factor / totals.tokens();
        loss += gradients[i][t] * tokens[t];
      }
      metrics
          .addAll("entropy", logProbs.statistic(TokenStatistic.ENTROPY, i), weight)
          .addAll("mean_token_accuracy", logProbs.statistic(TokenStatistic.TOP1, i), weight);
    }
    return new Part(loss, new TokenGradients(gradients), metrics);
  }

  /** TRL divides by the tokens of the whole step, too. */
  @Override
  public Averaging lossAveraging(Averaging asked) {
    return Averaging.STEP;
  }
}
