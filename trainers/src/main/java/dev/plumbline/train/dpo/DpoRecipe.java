package dev.plumbline.train.dpo;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenGradients;
import dev.plumbline.lm.policy.TokenStatistic;
import dev.plumbline.train.loop.Metrics;
import dev.plumbline.train.loop.PairBatch;
import dev.plumbline.train.loop.PairMetrics;
import dev.plumbline.train.loop.PairRecipe;
import dev.plumbline.train.loop.PairSums;
import dev.plumbline.train.objective.CompletionLogProb;
import dev.plumbline.train.objective.LossSum;
import dev.plumbline.train.objective.PairLogProbs;
import dev.plumbline.train.objective.PairLoss;
import dev.plumbline.train.objective.Score;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * DPO's step: log-probs of both completions, a loss on their log-ratios against the reference, and
 * TRL's metrics.
 */
public final class DpoRecipe implements PairRecipe {
  private final DpoOptions options;
  private final LossSum loss;
  private final Score reward;
  private final PairSums sums;

  public DpoRecipe(DpoOptions options) {
    this.options = options;
    this.loss = options.loss();
    this.reward = options.reward();
    this.sums = options.sums();
  }

  @Override
  public Set<TokenStatistic> statistics() {
    Set<TokenStatistic> statistics = EnumSet.copyOf(PairMetrics.STATISTICS);
    if (options.useWeighting()) {
      statistics.add(TokenStatistic.LOG_SUM_SQUARES);
    }
    return statistics;
  }

  @Override
  public Totals totals(List<PairRow> stepRows) {
    return Totals.of(stepRows, PairRow::weight, row -> row.chosen().length);
  }

  @Override
  public Part part(List<PairRow> rows, Batch batch, LogProbs logProbs, Totals totals) {
    List<PairLogProbs> pairs =
        IntStream.range(0, rows.size()).mapToObj(i -> pair(rows.get(i), logProbs, i)).toList();
    double[] weights = rows.stream().mapToDouble(PairRow::weight).toArray();
    List<PairLoss> shares =
        loss.shares(pairs, lossWeights(weights, logProbs), totals.rows(), totals.tokens());
    double value = 0;
    double[][] gradients = new double[2 * rows.size()][];
    Metrics metrics = new Metrics();
    for (int i = 0; i < rows.size(); i++) {
      PairLoss share = shares.get(i);
      int chosen = rows.get(i).chosen().length;
      int rejected = rows.get(i).rejected().length;
      value += share.value();
      gradients[PairBatch.chosen(i)] = sums.gradient(share.chosenSlope(), chosen, rejected);
      gradients[PairBatch.rejected(i)] = sums.gradient(share.rejectedSlope(), rejected, chosen);
      measurePair(metrics, pairs.get(i), weights[i]);
      if (options.mayClamp()) {
        metrics.add("clamped_frac", share.clamped() ? 1 : 0, weights[i]);
      }
      PairMetrics.addTokens(metrics, logProbs, i, weights[i]);
    }
    return new Part(value, new TokenGradients(gradients), metrics);
  }

  /**
   * The rows' weights, and with use_weighting what WPO (Zhou et al., arXiv 2406.11827) multiplies
   * them with: how likely the policy is to write both completions, a constant without gradient.
   */
  private double[] lossWeights(double[] weights, LogProbs logProbs) {
    if (!options.useWeighting()) {
      return weights;
    }
    double[] weighted = weights.clone();
    for (int i = 0; i < weighted.length; i++) {
      weighted[i] *=
          likelihood(logProbs, PairBatch.chosen(i)) * likelihood(logProbs, PairBatch.rejected(i));
    }
    return weighted;
  }

  /** Geometric mean over the tokens of {@code p(token) / sum p^2}: about 1 for text it samples. */
  private static double likelihood(LogProbs logProbs, int completion) {
    double[] tokens = logProbs.tokens(completion);
    double[] squares = logProbs.statistic(TokenStatistic.LOG_SUM_SQUARES, completion);
    double sum = 0;
    for (int t = 0; t < tokens.length; t++) {
      sum += tokens[t] - squares[t];
    }
    return Math.exp(sum / tokens.length);
  }

  private PairLogProbs pair(PairRow row, LogProbs logProbs, int i) {
    int chosen = row.chosen().length;
    int rejected = row.rejected().length;
    return new PairLogProbs(
        new CompletionLogProb(
            sums.of(logProbs.tokens(PairBatch.chosen(i)), rejected),
            options.referenceFree() ? 0 : row.refChosen(),
            chosen),
        new CompletionLogProb(
            sums.of(logProbs.tokens(PairBatch.rejected(i)), chosen),
            options.referenceFree() ? 0 : row.refRejected(),
            rejected));
  }

  private void measurePair(Metrics metrics, PairLogProbs pair, double weight) {
    double chosen = reward.value(pair.chosen());
    double rejected = reward.value(pair.rejected());
    boolean right = pair.chosen().logRatio() > pair.rejected().logRatio();
    metrics
        .add("rewards/chosen", chosen, weight)
        .add("rewards/rejected", rejected, weight)
        .add("rewards/margins", chosen - rejected, weight)
        .add("rewards/accuracies", right ? 1 : 0, weight)
        .add("logps/chosen", pair.chosen().policy(), weight)
        .add("logps/rejected", pair.rejected().policy(), weight);
    if (options.fDivergenceType() != FDivergenceType.REVERSE_KL) {
      metrics
          .add("logratio/chosen", pair.chosen().logRatio(), weight)
          .add("logratio/rejected", pair.rejected().logRatio(), weight);
    }
  }
}
