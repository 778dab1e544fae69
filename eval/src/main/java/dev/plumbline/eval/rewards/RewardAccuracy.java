package dev.plumbline.eval.rewards;

import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.eval.stats.Clusters;
import dev.plumbline.eval.stats.Estimate;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How often rules pick the chosen completion of held-out pairs. A rule gives a margin, chosen minus
 * rejected: over 0 is right, 0 is a tie and counts half. A rule that knows nothing is right in 50
 * %.
 *
 * @param pairs how many pairs
 * @param prompts of how many different prompts
 * @param reward the trained model's implicit reward
 * @param reference the reference's own log-probs, without any training: prefers short completions
 * @param referenceMean the reference's log-prob a token (or character, as lengths are given)
 * @param longer the longer completion
 * @param rewardOverReference reward minus reference, pair by pair; 0 means that training added
 *     nothing to what the reference knew
 * @param rewardOverLonger reward minus longer, pair by pair
 */
public record RewardAccuracy(
    int pairs,
    int prompts,
    Estimate reward,
    Estimate reference,
    Estimate referenceMean,
    Estimate longer,
    Estimate rewardOverReference,
    Estimate rewardOverLonger) {

  /**
   * Counts.
   *
   * @param pairs held-out pairs, at least one, lengths at least 1. Of a cross-validation, all folds
   *     together: each pair under the model that did not see its prompt
   */
  public static RewardAccuracy of(List<JudgedPair> pairs, ClusterBootstrap bootstrap) {
    Clusters reward = clusters(pairs, JudgedPair::rewardMargin);
    Clusters reference = clusters(pairs, pair -> pair.referenceChosen() - pair.referenceRejected());
    Clusters referenceMean =
        clusters(
            pairs,
            pair ->
                pair.referenceChosen() / pair.chosenLength()
                    - pair.referenceRejected() / pair.rejectedLength());
    Clusters longer = clusters(pairs, pair -> (double) pair.chosenLength() - pair.rejectedLength());
    return new RewardAccuracy(
        pairs.size(),
        reward.size(),
        bootstrap.mean(reward),
        bootstrap.mean(reference),
        bootstrap.mean(referenceMean),
        bootstrap.mean(longer),
        bootstrap.mean(Clusters.differences(reward, reference)),
        bootstrap.mean(Clusters.differences(reward, longer)));
  }

  private static Clusters clusters(List<JudgedPair> pairs, ToDoubleFunction<JudgedPair> margin) {
    return Clusters.ofShares(
        pairs.stream().map(JudgedPair::prompt).toList(),
        pairs.stream().mapToDouble(pair -> right(margin.applyAsDouble(pair))).toArray());
  }

  private static double right(double margin) {
    if (Double.isNaN(margin)) {
      throw new IllegalArgumentException(
          "a margin is not a number; were all log-probs of the pairs computed?");
    }
    return (Math.signum(margin) + 1) / 2;
  }
}
