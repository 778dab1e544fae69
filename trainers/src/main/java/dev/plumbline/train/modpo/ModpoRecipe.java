package dev.plumbline.train.modpo;

import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenGradients;
import dev.plumbline.train.loop.Metrics;
import dev.plumbline.train.loop.PairBatch;
import dev.plumbline.train.loop.PairMetrics;
import dev.plumbline.train.loop.PairRecipe;
import dev.plumbline.train.objective.CompletionLogProb;
import dev.plumbline.train.objective.LossSum;
import dev.plumbline.train.objective.PairLogProbs;
import dev.plumbline.train.objective.PairLoss;
import dev.plumbline.train.objective.Score;
import java.util.List;
import java.util.stream.IntStream;

/**
 * MODPO's step (arXiv 2310.03708, eq. 11): DPO on what the other objectives leave of the implicit
 * reward, {@code r(y) = (beta * log(pi / ref) - sum_j w_j m_j(y)) / w_0}. At the optimum {@code pi}
 * is the reference tilted by the weighted sum of all objectives.
 */
final class ModpoRecipe implements PairRecipe {
  private final ModpoOptions options;
  private final List<MarginSource> sources;
  private final LossSum loss;
  private final Score score;

  ModpoRecipe(ModpoOptions options) {
    this.options = options;
    this.sources = options.sources();
    this.loss = options.loss();
    this.score = options.score();
  }

  @Override
  public Totals totals(List<PairRow> stepRows) {
    return new Totals(stepRows.stream().mapToDouble(PairRow::weight).sum(), 0);
  }

  @Override
  public Part part(List<PairRow> rows, Batch batch, LogProbs logProbs, Totals totals) {
    List<PairLogProbs> pairs =
        IntStream.range(0, rows.size()).mapToObj(i -> pair(rows.get(i), logProbs, i)).toList();
    double[] weights = rows.stream().mapToDouble(PairRow::weight).toArray();
    List<PairLoss> shares = loss.shares(pairs, weights, totals.rows(), totals.tokens());
    double value = 0;
    double[] slopes = new double[batch.size()];
    Metrics metrics = new Metrics();
    for (int i = 0; i < rows.size(); i++) {
      value += shares.get(i).value();
      slopes[PairBatch.chosen(i)] = shares.get(i).chosenSlope();
      slopes[PairBatch.rejected(i)] = shares.get(i).rejectedSlope();
      measure(metrics, rows.get(i), pairs.get(i));
      PairMetrics.addTokens(metrics, logProbs, i, weights[i]);
    }
    return new Part(value, TokenGradients.ofSums(batch, slopes), metrics);
  }

  private PairLogProbs pair(PairRow row, LogProbs logProbs, int i) {
    double chosen = 0;
    double rejected = 0;
    for (int j = 0; j < sources.size(); j++) {
      Margin margin = row.margins().get(sources.get(j).name());
      chosen += options.weights().get(j + 1) * margin.chosen();
      rejected += options.weights().get(j + 1) * margin.rejected();
    }
    return new PairLogProbs(
        new CompletionLogProb(
            logProbs.sum(PairBatch.chosen(i)), row.refChosen(), row.chosen().length, chosen),
        new CompletionLogProb(
            logProbs.sum(PairBatch.rejected(i)),
            row.refRejected(),
            row.rejected().length,
            rejected));
  }

  private void measure(Metrics metrics, PairRow row, PairLogProbs pair) {
    double weight = row.weight();
    double chosen = score.value(pair.chosen());
    double rejected = score.value(pair.rejected());
    metrics
        .add("rewards/chosen", chosen, weight)
        .add("rewards/rejected", rejected, weight)
        .add("rewards/margins", chosen - rejected, weight)
        .add("rewards/accuracies", chosen > rejected ? 1 : 0, weight)
        .add("implicit_rewards/chosen", options.beta() * pair.chosen().logRatio(), weight)
        .add("implicit_rewards/rejected", options.beta() * pair.rejected().logRatio(), weight)
        .add("logps/chosen", pair.chosen().policy(), weight)
        .add("logps/rejected", pair.rejected().policy(), weight);
    row.margins()
        .forEach(
            (name, margin) ->
                metrics.add("margins/" + name, margin.chosen() - margin.rejected(), weight));
  }
}
