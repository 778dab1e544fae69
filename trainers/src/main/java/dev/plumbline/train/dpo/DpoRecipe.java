package dev.plumbline.train.dpo;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenGradients;
import dev.plumbline.lm.policy.TokenStatistic;
import dev.plumbline.train.loop.Metrics;
import dev.plumbline.train.loop.PairBatch;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.objective.CompletionLogProb;
import dev.plumbline.train.objective.LossSum;
import dev.plumbline.train.objective.PairLogProbs;
import dev.plumbline.train.objective.PairLoss;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * DPO's step: log-probs of both completions, a loss on their log-ratios against the reference, and
 * TRL's metrics.
 */
public final class DpoRecipe implements Recipe<PairRow> {
  private final LossSum loss;
  private final double beta;
  private final boolean referenceFree;

  public DpoRecipe(DpoOptions options) {
    this.loss = options.loss();
    this.beta = options.beta();
    this.referenceFree = options.referenceFree();
  }

  @Override
  public String unit() {
    return "pairs";
  }

  @Override
  public String id(PairRow row) {
    return row.id();
  }

  @Override
  public Batch batch(List<PairRow> rows) {
    return PairBatch.of(rows);
  }

  @Override
  public Set<TokenStatistic> statistics() {
    return EnumSet.of(TokenStatistic.ENTROPY, TokenStatistic.MEAN_LOGIT, TokenStatistic.TOP1);
  }

  @Override
  public Totals totals(List<PairRow> stepRows) {
    double rows = 0;
    double tokens = 0;
    for (PairRow row : stepRows) {
      rows += row.weight();
      tokens += row.weight() * row.chosen().length;
    }
    return new Totals(rows, tokens);
  }

  @Override
  public Part part(List<PairRow> rows, Batch batch, LogProbs logProbs, Totals totals) {
    List<PairLogProbs> pairs =
        IntStream.range(0, rows.size()).mapToObj(i -> pair(rows.get(i), logProbs, i)).toList();
    double[] weights = rows.stream().mapToDouble(PairRow::weight).toArray();
    List<PairLoss> shares = loss.shares(pairs, weights, totals.rows(), totals.tokens());
    double value = 0;
    double[] slopes = new double[2 * rows.size()];
    Metrics metrics = new Metrics();
    for (int i = 0; i < rows.size(); i++) {
      value += shares.get(i).value();
      slopes[PairBatch.chosen(i)] = shares.get(i).chosenSlope();
      slopes[PairBatch.rejected(i)] = shares.get(i).rejectedSlope();
      measurePair(metrics, pairs.get(i), weights[i]);
      measureTokens(metrics, logProbs, i, weights[i]);
    }
    return new Part(value, TokenGradients.ofSums(batch, slopes), metrics);
  }

  private PairLogProbs pair(PairRow row, LogProbs logProbs, int i) {
    return new PairLogProbs(
        new CompletionLogProb(
            logProbs.sum(PairBatch.chosen(i)),
            referenceFree ? 0 : row.refChosen(),
            row.chosen().length),
        new CompletionLogProb(
            logProbs.sum(PairBatch.rejected(i)),
            referenceFree ? 0 : row.refRejected(),
            row.rejected().length));
  }

  private void measurePair(Metrics metrics, PairLogProbs pair, double weight) {
    double chosen = beta * pair.chosen().logRatio();
    double rejected = beta * pair.rejected().logRatio();
    metrics
        .add("rewards/chosen", chosen, weight)
        .add("rewards/rejected", rejected, weight)
        .add("rewards/margins", chosen - rejected, weight)
        .add("rewards/accuracies", chosen > rejected ? 1 : 0, weight)
        .add("logps/chosen", pair.chosen().policy(), weight)
        .add("logps/rejected", pair.rejected().policy(), weight);
  }

  private static void measureTokens(Metrics metrics, LogProbs logProbs, int i, double weight) {
    int chosen = PairBatch.chosen(i);
    int rejected = PairBatch.rejected(i);
    metrics
        .addAll("entropy", logProbs.statistic(TokenStatistic.ENTROPY, chosen), weight)
        .addAll("entropy", logProbs.statistic(TokenStatistic.ENTROPY, rejected), weight)
        .addAll("logits/chosen", logProbs.statistic(TokenStatistic.MEAN_LOGIT, chosen), weight)
        .addAll("logits/rejected", logProbs.statistic(TokenStatistic.MEAN_LOGIT, rejected), weight)
        .addAll("mean_token_accuracy", logProbs.statistic(TokenStatistic.TOP1, chosen), weight);
  }
}
