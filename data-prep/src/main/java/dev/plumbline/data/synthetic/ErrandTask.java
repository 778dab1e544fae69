package dev.plumbline.data.synthetic;

import dev.plumbline.lm.random.RandomStream;
import java.util.HashMap;
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
    /**
     * The same pairs with labels that say nothing: among pairs of one score difference, one of
     * every two is labelled rightly, a coin says which. A coin a pair would leave a little truth or
     * its opposite in the labels by accident, enough for training to move a win rate by points.
     */
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
          case PREFERENCE -> (difference, random) -> random.chance(sigmoid(difference));
          case SHUFFLED -> new HalfRight();
        };
    return rows(
        count,
        row -> {
          Pair pair = pair(split, row);
          double difference = score(pair.prompt, pair.chosen) - score(pair.prompt, pair.rejected);
          return labeller.keeps(difference, stream("label/" + labels, split, row))
              ? pair
              : pair.turned();
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
  private interface Labeller {
    /** Whether the first answer is the preferred one, given how much higher its score is. */
    boolean keeps(double difference, RandomStream random);
  }

  /** {@link Labels#SHUFFLED}. */
  private static final class HalfRight implements Labeller {
    /** By score difference: whether the first of two pairs was labelled rightly. */
    private final Map<Double, Boolean> unmatched = new HashMap<>();

    @Override
    public boolean keeps(double difference, RandomStream random) {
      boolean coin = random.chance(0.5);
      Boolean matched = unmatched.remove(Math.abs(difference));
      boolean right = matched == null ? coin : !matched;
      if (matched == null) {
        unmatched.put(Math.abs(difference), right);
      }
      return difference == 0 ? coin : right == difference > 0;
    }
  }

  private static double score(String prompt, String answer) {
    return new ErrandScorer().score(prompt, answer).value();
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
