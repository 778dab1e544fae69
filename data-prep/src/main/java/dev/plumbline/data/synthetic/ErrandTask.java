package dev.plumbline.data.synthetic;

import dev.plumbline.lm.random.RandomStream;
import dev.plumbline.reward.Scorer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Draws rows of the errands task. A row depends on nothing but (seed, what it is for, split, its
 * number): more rows never change the first ones, and no two uses share numbers.
 *
 * @param seed master seed
 */
public record ErrandTask(long seed) {
  /** Points of a word in {@link Labels#BREVITY}: the two objectives then spread about alike. */
  private static final double BREVITY_SCALE = 0.25;

  /** A prompt with a random answer: what supervised fine-tuning imitates. */
  public record Demonstration(String prompt, String completion) {}

  /** Two random answers to a prompt, the better one first as far as the label is right. */
  public record Pair(String prompt, String chosen, String rejected) {
    /** The chosen answer as something to imitate. */
    public Demonstration chosenOnly() {
      return new Demonstration(prompt, chosen);
    }

    private Pair turned() {
      return new Pair(prompt, /* chosen= */ rejected, /* rejected= */ chosen);
    }
  }

  /** Who labels pairs. */
  public enum Labels {
    /**
     * {@code P(first is chosen) = sigmoid(score(first) - score(second))} by {@link ErrandScorer}:
     * Bradley and Terry's model of a person.
     */
    PREFERENCE,
    /** The same pairs, likewise by {@link CourtesyScorer}. */
    COURTESY,
    /** The same pairs, likewise by {@link BrevityScorer}, of which four words weigh as a point. */
    BREVITY,
    /** The same pairs with {@link BalancedLabels}: a control from which nothing can be learnt. */
    SHUFFLED
  }

  /** Prompts with random answers. */
  public List<Demonstration> demonstrations(Split split, int count) {
    return rows(
        count,
        row -> {
          RandomStream random = stream("demonstration", split, row);
          Errand errand = Errand.draw(random, split);
          return new Demonstration(errand.prompt(random), Reply.draw(random, errand));
        });
  }

  /** Pairs of different answers, drawn independently from the same distribution, with labels. */
  public List<Pair> pairs(Split split, int count, Labels labels) {
    Labeller labeller =
        switch (labels) {
          case PREFERENCE -> byScore(new ErrandScorer(), 1);
          case COURTESY -> byScore(new CourtesyScorer(), 1);
          case BREVITY -> byScore(new BrevityScorer(), BREVITY_SCALE);
          case SHUFFLED -> {
            BalancedLabels balanced = new BalancedLabels();
            yield (pair, random) -> balanced.keeps(lead(pair), random);
          }
        };
    return rows(
        count,
        row -> {
          Pair pair = pair(split, row);
          return labeller.keeps(pair, stream("label/" + labels, split, row)) ? pair : pair.turned();
        });
  }

  /** Different prompts, without answers. */
  public List<String> prompts(Split split, int count) {
    Set<String> prompts = new LinkedHashSet<>();
    for (long row = 0; prompts.size() < count; row++) {
      RandomStream random = stream("prompt", split, row);
      prompts.add(Errand.draw(random, split).prompt(random));
    }
    return List.copyOf(prompts);
  }

  /** Two different answers, not labelled yet. */
  private Pair pair(Split split, long row) {
    RandomStream random = stream("pair", split, row);
    Errand errand = Errand.draw(random, split);
    String prompt = errand.prompt(random);
    String first = Reply.draw(random, errand);
    String second = Reply.draw(random, errand);
    while (second.equals(first)) {
      second = Reply.draw(random, errand);
    }
    return new Pair(prompt, first, second);
  }

  /** Labels pair by pair. */
  @FunctionalInterface
  private interface Labeller {
    /** Whether the first answer is the preferred one. */
    boolean keeps(Pair pair, RandomStream random);
  }

  private static Labeller byScore(Scorer scorer, double scale) {
    return (pair, random) -> {
      double first = scorer.score(pair.prompt, pair.chosen).value();
      double second = scorer.score(pair.prompt, pair.rejected).value();
      return random.chance(sigmoid(scale * (first - second)));
    };
  }

  /** By how much the first answer is ahead: all facts together, then each other part of a score. */
  static List<Double> lead(Pair pair) {
    Map<String, Double> first = parts(pair.prompt, pair.chosen);
    Map<String, Double> second = parts(pair.prompt, pair.rejected);
    Map<String, Double> lead = new LinkedHashMap<>();
    first.forEach(
        (part, points) ->
            lead.merge(
                ErrandScorer.isFact(part) ? "facts" : part,
                points - second.get(part),
                Double::sum));
    return List.copyOf(lead.values());
  }

  private static Map<String, Double> parts(String prompt, String answer) {
    return new ErrandScorer().score(prompt, answer).parts();
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private RandomStream stream(String use, Split split, long row) {
    return new RandomStream(seed, "errands/" + use + "/" + split, row);
  }

  private static <T> List<T> rows(int count, LongFunction<T> row) {
    return LongStream.range(0, count).mapToObj(row).toList();
  }
}
