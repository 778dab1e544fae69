package dev.plumbline.train.verify;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.TabularPolicy;
import dev.plumbline.train.objective.Numerics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One prompt and some completions, the arms.
 *
 * @param prompt token ids
 * @param arms token ids of each
 */
public record Bandit(int[] prompt, List<int[]> arms) {

  /** Arms of one token each: for losses that look at lengths. */
  public static Bandit ofTokens(int arms) {
    return new Bandit(
        new int[] {0}, IntStream.range(0, arms).mapToObj(arm -> new int[] {arm}).toList());
  }

  /**
   * Arms that differ only in where they end: arm i is i tokens and the EOS. Whoever forgets the EOS
   * cannot tell them apart.
   */
  public static Bandit ofEnds(int arms) {
    return new Bandit(
        new int[] {0},
        IntStream.range(0, arms)
            .mapToObj(
                arm ->
                    IntStream.rangeClosed(0, arm).map(t -> t < arm ? 1 : RandomIds.EOS).toArray())
            .toList());
  }

  /** A policy of these probabilities; they need not add up to 1. */
  public TabularPolicy policy(double... probabilities) {
    TabularPolicy policy = new TabularPolicy(List.of(Batch.Item.of(prompt, arms)));
    policy.setLogits(prompt, Arrays.stream(probabilities).map(Math::log).toArray());
    return policy;
  }

  /**
   * Every ordered pair of arms as a row that weighs as often as it comes, where both are drawn from
   * a distribution and labelled.
   *
   * @param reference probabilities under the reference
   * @param drawn the distribution
   * @param wins {@code wins[i][j]}: how probably arm i is preferred to arm j
   */
  public List<PairRow> population(double[] reference, double[] drawn, double[][] wins) {
    List<PairRow> rows = new ArrayList<>();
    for (int i = 0; i < drawn.length; i++) {
      for (int j = 0; j < drawn.length; j++) {
        double weight = drawn[i] * drawn[j] * wins[i][j];
        if (i != j && weight > 0) {
          rows.add(
              new PairRow(
                  i + ">" + j,
                  prompt,
                  arms.get(i),
                  arms.get(j),
                  Math.log(reference[i]),
                  Math.log(reference[j]),
                  weight));
        }
      }
    }
    return rows;
  }

  /** Win probabilities of rewards by Bradley and Terry. */
  public static double[][] bradleyTerry(double... rewards) {
    double[][] wins = new double[rewards.length][rewards.length];
    for (int i = 0; i < rewards.length; i++) {
      for (int j = 0; j < rewards.length; j++) {
        wins[i][j] = Numerics.sigmoid(rewards[i] - rewards[j]);
      }
    }
    return wins;
  }

  /** {@code base * exp(scale * exponent)}, normalised. */
  public static double[] tilted(double[] base, double[] exponents, double scale) {
    double[] tilted = new double[base.length];
    Arrays.setAll(tilted, i -> base[i] * Math.exp(scale * exponents[i]));
    double total = Arrays.stream(tilted).sum();
    Arrays.setAll(tilted, i -> tilted[i] / total);
    return tilted;
  }
}
