package dev.plumbline.eval.sweep;

import dev.plumbline.eval.winrate.Answer;
import dev.plumbline.eval.winrate.Comparison;
import dev.plumbline.eval.winrate.WinRate;
import dev.plumbline.lm.policy.SequenceKl;
import dev.plumbline.reward.Scorer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What was measured of one policy: all that a sweep's report needs, so that the policy is asked
 * once.
 *
 * @param preferences per prompt the mean preference over the reference
 * @param objectives per objective, per prompt, the mean score
 * @param kl from the reference, nats an answer
 * @param klError its standard error
 * @param entropy nats a token
 * @param distinct different words, pairs and triples of words: distinct-1, 2, 3
 * @param tokens mean length of an answer
 * @param weights hash of the policy's weights
 */
public record PolicyScores(
    List<Double> preferences,
    Map<String, List<Double>> objectives,
    double kl,
    double klError,
    double entropy,
    List<Double> distinct,
    double tokens,
    String weights) {
  public PolicyScores {
    preferences = List.copyOf(preferences);
    objectives = Collections.unmodifiableMap(new LinkedHashMap<>(objectives));
    distinct = List.copyOf(distinct);
  }

  /**
   * Gathers the measurements.
   *
   * @param result against the reference, as many comparisons of each prompt
   * @param scorers the objectives by name
   * @param weights hash of the policy's weights
   */
  public static PolicyScores of(
      WinRate result, Map<String, Scorer> scorers, SequenceKl kl, String weights) {
    List<Comparison> comparisons = result.comparisons();
    int samples = result.samples();
    Map<String, List<Double>> objectives = new LinkedHashMap<>();
    scorers.forEach(
        (name, scorer) ->
            objectives.put(
                name,
                perPrompt(
                    comparisons,
                    samples,
                    each -> scorer.score(each.prompt(), each.answer().text()).value())));
    List<Answer> answers = comparisons.stream().map(Comparison::answer).toList();
    List<String> texts = answers.stream().map(Answer::text).toList();
    return new PolicyScores(
        perPrompt(comparisons, samples, Comparison::preference),
        objectives,
        kl.mean(),
        kl.standardError(),
        kl.entropy(),
        IntStream.of(1, 2, 3).mapToObj(n -> DistinctWords.of(texts, n)).toList(),
        answers.stream().mapToInt(Answer::tokens).average().orElseThrow(),
        weights);
  }

  /** Comparisons come prompt by prompt, as many of each. */
  private static List<Double> perPrompt(
      List<Comparison> comparisons, int samples, ToDoubleFunction<Comparison> value) {
    return IntStream.range(0, comparisons.size() / samples)
        .mapToObj(
            prompt ->
                comparisons.subList(prompt * samples, (prompt + 1) * samples).stream()
                    .mapToDouble(value)
                    .average()
                    .orElseThrow())
        .toList();
  }

  /** The win rate against the reference. */
  public double winRate() {
    return mean(preferences);
  }

  /** The mean score of an objective. */
  public double objective(String name) {
    return mean(objectives.get(name));
  }

  static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
