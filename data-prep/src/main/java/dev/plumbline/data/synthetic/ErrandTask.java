package dev.plumbline.data.synthetic;

import dev.plumbline.lm.random.RandomStream;
import java.util.LinkedHashSet;
import java.util.List;
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
  }

  /** Who labels pairs. */
  public enum Labels {
    /**
     * {@code P(first is chosen) = sigmoid(score(first) - score(second))} by {@link ErrandScorer}:
     * Bradley and Terry's model of a person.
     */
    PREFERENCE,
    /**
     * A fair coin, over the same prompts and answers: a control from which nothing can be learnt.
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
    return rows(count, row -> pair(split, row, labels));
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

  private Pair pair(Split split, long row, Labels labels) {
    RandomStream random = stream("pair", split, row);
    Errand errand = Errand.draw(random, split);
    String prompt = errand.prompt(random);
    String first = Reply.draw(random, errand);
    String second = Reply.draw(random, errand);
    while (second.equals(first)) {
      second = Reply.draw(random, errand);
    }
    double better =
        switch (labels) {
          case PREFERENCE -> sigmoid(score(prompt, first) - score(prompt, second));
          case SHUFFLED -> 0.5;
        };
    return random.chance(better)
        ? new Pair(prompt, first, second)
        : new Pair(prompt, second, first);
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
