package dev.plumbline.train.orpo;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenGradients;
import dev.plumbline.train.loop.Metrics;
import dev.plumbline.train.loop.PairBatch;
import dev.plumbline.train.loop.PairMetrics;
import dev.plumbline.train.loop.PairRecipe;
import dev.plumbline.train.objective.CompletionLogProb;
import dev.plumbline.train.objective.Link;
import dev.plumbline.train.objective.LossSum;
import dev.plumbline.train.objective.LossSum.Mean;
import dev.plumbline.train.objective.Numerics;
import dev.plumbline.train.objective.PairLogProbs;
import dev.plumbline.train.objective.PairLoss;
import dev.plumbline.train.objective.PairObjective;
import dev.plumbline.train.objective.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * ORPO's step: the likelihood of the chosen completions, and a logistic loss on how much better
 * their odds are (arXiv 2403.07691, eq. 6 and 7). The prompt is given, unless asked otherwise; then
 * it stands in the batch once more, as a completion of its first token.
 */
final class OrpoRecipe implements PairRecipe {
  private static final Score ODDS = new Score.LogOdds();

  private final OrpoOptions options;
  private final LossSum loss;

  OrpoRecipe(OrpoOptions options) {
    this.options = options;
    this.loss =
        new LossSum(
            List.of(
                new LossSum.Term(PairObjective.chosenNll(), 1, Mean.CHOSEN_TOKENS),
                new LossSum.Term(
                    PairObjective.difference(ODDS, new Link.Logistic(0)),
                    options.beta(),
                    Mean.PAIRS)));
  }

  @Override
  public Batch batch(List<PairRow> rows) {
    List<Batch.Item> items = new ArrayList<>(PairBatch.of(rows).items());
    if (options.nllIncludesPrompt()) {
      for (PairRow row : rows) {
        int[] rest = Arrays.copyOfRange(row.prompt(), 1, row.prompt().length);
        items.add(
            new Batch.Item(Arrays.copyOf(row.prompt(), 1), List.of(Batch.Completion.of(rest))));
      }
    }
    return new Batch(items);
  }

  @Override
  public Totals totals(List<PairRow> stepRows) {
    return Totals.of(stepRows, PairRow::weight, this::likelihoodTokens);
  }

  private int likelihoodTokens(PairRow row) {
    return row.chosen().length + (options.nllIncludesPrompt() ? row.prompt().length - 1 : 0);
  }

  @Override
  public Part part(List<PairRow> rows, Batch batch, LogProbs logProbs, Totals totals) {
    List<PairLogProbs> pairs = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      pairs.add(
          new PairLogProbs(
              completion(logProbs, PairBatch.chosen(i)),
              completion(logProbs, PairBatch.rejected(i))));
    }
    double[] weights = rows.stream().mapToDouble(PairRow::weight).toArray();
    List<PairLoss> shares = loss.shares(pairs, weights, totals.rows(), totals.tokens());
    double value = 0;
    double[] slopes = new double[batch.size()];
    Metrics metrics = new Metrics();
    for (int i = 0; i < rows.size(); i++) {
      value += shares.get(i).value();
      slopes[PairBatch.chosen(i)] = shares.get(i).chosenSlope();
      slopes[PairBatch.rejected(i)] = shares.get(i).rejectedSlope();
      double nll = -pairs.get(i).chosen().policy();
      if (options.nllIncludesPrompt()) {
        int prompt = 2 * rows.size() + i;
        slopes[prompt] = -weights[i] / totals.tokens();
        value += slopes[prompt] * logProbs.sum(prompt);
        nll -= logProbs.sum(prompt);
      }
      int tokens = likelihoodTokens(rows.get(i));
      metrics.add("nll_loss", nll / tokens, weights[i] * tokens);
      measure(metrics, pairs.get(i), weights[i]);
      PairMetrics.addTokens(metrics, logProbs, i, weights[i]);
    }
    return new Part(value, TokenGradients.ofSums(batch, slopes), metrics);
  }

  private static CompletionLogProb completion(LogProbs logProbs, int number) {
    return new CompletionLogProb(logProbs.sum(number), 0, logProbs.tokens(number).length);
  }

  /** TRL's metrics: its {@code logps} and rewards are means a token here. */
  private void measure(Metrics metrics, PairLogProbs pair, double weight) {
    double chosen = pair.chosen().policy() / pair.chosen().tokens();
    double rejected = pair.rejected().policy() / pair.rejected().tokens();
    double odds = ODDS.value(pair.chosen()) - ODDS.value(pair.rejected());
    boolean clamped = ODDS.isClamped(pair.chosen()) || ODDS.isClamped(pair.rejected());
    metrics
        .add("rewards/chosen", options.beta() * chosen, weight)
        .add("rewards/rejected", options.beta() * rejected, weight)
        .add("rewards/margins", options.beta() * (chosen - rejected), weight)
        .add("rewards/accuracies", chosen > rejected ? 1 : 0, weight)
        .add("logps/chosen", chosen, weight)
        .add("logps/rejected", rejected, weight)
        .add("log_odds_chosen", odds, weight)
        .add("log_odds_ratio", Numerics.logSigmoid(odds), weight)
        .add("clamped_frac", clamped ? 1 : 0, weight);
  }
}
