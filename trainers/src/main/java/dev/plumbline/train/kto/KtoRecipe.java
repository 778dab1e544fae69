package dev.plumbline.train.kto;

import dev.plumbline.data.rows.Mismatch;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.TokenGradients;
import dev.plumbline.lm.policy.TokenStatistic;
import dev.plumbline.train.loop.Metrics;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.objective.CompletionLogProb;
import dev.plumbline.train.objective.Link;
import dev.plumbline.train.objective.Score;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * KTO's step (arXiv 2402.01306, eq. 8): {@code w sigmoid(-(r - z))} for a desirable completion and
 * {@code w sigmoid(r - z)} for an undesirable one, with the implicit reward {@code r = beta *
 * log(pi / ref)} and z = beta times an estimate of the KL from the reference: the mean log-ratio of
 * mismatched completions, at least 0, a constant without gradient.
 */
final class KtoRecipe implements Recipe<UnpairedRow> {
  private static final String CHOSEN = "rewards/chosen";
  private static final String REJECTED = "rewards/rejected";

  private final KtoOptions options;
  private final Score reward;

  KtoRecipe(KtoOptions options) {
    this.options = options;
    this.reward = new Score.LogRatio(options.beta());
  }

  @Override
  public String unit() {
    return "rows";
  }

  @Override
  public String id(UnpairedRow row) {
    return row.id();
  }

  @Override
  public Batch batch(List<UnpairedRow> rows) {
    return new Batch(
        rows.stream().map(row -> Batch.Item.of(row.prompt(), List.of(row.completion()))).toList());
  }

  @Override
  public Set<TokenStatistic> statistics() {
    return EnumSet.of(TokenStatistic.ENTROPY, TokenStatistic.MEAN_LOGIT);
  }

  /** The baseline is the estimate of the KL, in nats. */
  @Override
  public Totals totals(List<UnpairedRow> stepRows) {
    double rows = 0;
    double logRatios = 0;
    for (UnpairedRow row : stepRows) {
      rows += row.weight();
      logRatios += row.weight() * row.mismatch().map(Mismatch::logRatio).orElse(0.0);
    }
    return new Totals(rows, 0, Math.max(0, logRatios / rows));
  }

  @Override
  public Part part(List<UnpairedRow> rows, Batch batch, LogProbs logProbs, Totals totals) {
    double loss = 0;
    double[] slopes = new double[rows.size()];
    Metrics metrics = new Metrics();
    for (int i = 0; i < rows.size(); i++) {
      UnpairedRow row = rows.get(i);
      CompletionLogProb completion =
          new CompletionLogProb(logProbs.sum(i), row.reference(), row.completion().length);
      Link link =
          new Link.Margin(
              options.beta() * totals.baseline(), new Link.Probability(row.label() ? -1 : 1));
      double worth = row.label() ? options.desirableWeight() : options.undesirableWeight();
      double share = row.weight() * worth / totals.rows();
      loss += share * link.value(reward.value(completion));
      slopes[i] = share * link.slope(reward.value(completion)) * reward.slope(completion);
      measure(metrics, row, completion, logProbs, i);
      metrics.add("kl", totals.baseline(), row.weight());
    }
    return new Part(loss, TokenGradients.ofSums(batch, slopes), metrics);
  }

  private void measure(
      Metrics metrics, UnpairedRow row, CompletionLogProb completion, LogProbs logProbs, int i) {
    String side = row.label() ? "chosen" : "rejected";
    metrics
        .add("rewards/" + side, reward.value(completion), row.weight())
        .add("logps/" + side, completion.policy(), row.weight())
        .addAll("logits/" + side, logProbs.statistic(TokenStatistic.MEAN_LOGIT, i), row.weight())
        .addAll("entropy", logProbs.statistic(TokenStatistic.ENTROPY, i), row.weight());
  }

  /** The margin of rewards, where a step had rows of both labels. */
  @Override
  public SortedMap<String, Double> metrics(SortedMap<String, Double> means) {
    if (means.containsKey(CHOSEN) && means.containsKey(REJECTED)) {
      means.put("rewards/margins", means.get(CHOSEN) - means.get(REJECTED));
    }
    return means;
  }
}
