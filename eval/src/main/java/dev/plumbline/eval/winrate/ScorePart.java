package dev.plumbline.eval.winrate;

import dev.plumbline.reward.Score;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One part of the score on both sides: what a win rate was won by.
 *
 * @param name the part
 * @param policy its mean over the policy's answers
 * @param reference its mean over the reference's
 */
public record ScorePart(String name, double policy, double reference) {

  /** Every part, and the score itself last; empty if the oracle compares no scores. */
  static List<ScorePart> means(List<Comparison> comparisons) {
    Map<String, double[]> sums = new LinkedHashMap<>();
    for (Comparison comparison : comparisons) {
      comparison
          .scores()
          .ifPresent(
              scores -> {
                add(sums, scores.answer(), 0);
                add(sums, scores.reference(), 1);
              });
    }
    double[] total = sums.remove(TOTAL);
    if (total != null) {
      sums.put(TOTAL, total);
    }
    return sums.entrySet().stream()
        .map(
            part ->
                new ScorePart(
                    part.getKey(),
                    part.getValue()[0] / comparisons.size(),
                    part.getValue()[1] / comparisons.size()))
        .toList();
  }

  /** The name of the score itself among its parts. */
  public static final String TOTAL = "score";

  private static void add(Map<String, double[]> sums, Score score, int side) {
    score.parts().forEach((name, value) -> sum(sums, name)[side] += value);
    sum(sums, TOTAL)[side] += score.value();
  }

  private static double[] sum(Map<String, double[]> sums, String name) {
    return sums.computeIfAbsent(name, any -> new double[2]);
  }
}
