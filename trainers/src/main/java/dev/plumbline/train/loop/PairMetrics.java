package dev.plumbline.train.loop;

import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenStatistic;
import java.util.Set;

/** What every method on pairs says of the pairs' tokens, under TRL's names. */
public final class PairMetrics {
  /** What {@link #addTokens} needs to know of the tokens. */
  public static final Set<TokenStatistic> STATISTICS =
      Set.of(TokenStatistic.ENTROPY, TokenStatistic.MEAN_LOGIT, TokenStatistic.TOP1);

  private PairMetrics() {}

  /**
   * Adds a pair's tokens: entropy of both completions, mean logit of each, and how often the chosen
   * one's token was the likeliest.
   *
   * @param logProbs of a {@link PairBatch}
   * @param pair number of the pair in it
   */
  public static void addTokens(Metrics metrics, LogProbs logProbs, int pair, double weight) {
    int chosen = PairBatch.chosen(pair);
    int rejected = PairBatch.rejected(pair);
    metrics
        .addAll("entropy", logProbs.statistic(TokenStatistic.ENTROPY, chosen), weight)
        .addAll("entropy", logProbs.statistic(TokenStatistic.ENTROPY, rejected), weight)
        .addAll("logits/chosen", logProbs.statistic(TokenStatistic.MEAN_LOGIT, chosen), weight)
        .addAll("logits/rejected", logProbs.statistic(TokenStatistic.MEAN_LOGIT, rejected), weight)
        .addAll("mean_token_accuracy", logProbs.statistic(TokenStatistic.TOP1, chosen), weight);
  }
}
