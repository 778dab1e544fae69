package dev.plumbline.data.synthetic;

import dev.plumbline.lm.random.RandomStream;
import java.util.ArrayList;
import java.util.List;

/** Writes answers of mixed quality: preferences need something to prefer. */
final class Reply {
  static final String BY_NAME = "Hello NAME!";
  static final String GREETING = "Hello there!";

  // Before each fact stands the same token in prompts and both requests (bring, of, the, on), to
  // make copying easy to learn. Task and recipe were tried out together: no wording was tested
  // alone.
  static final String POLITE = "Could you please bring NUMBER boxes of ITEM to the PLACE on DAY?";
  static final String CURT = "Just bring NUMBER boxes of ITEM to the PLACE on DAY.";

  static final String THANKS = "Thank you!";
  static final List<String> FILLERS =
      List.of(
          "The weather is lovely today.",
          "My cat sleeps all morning.",
          "Time flies these weeks.",
          "I hope all is well.");

  private static final double VAGUE = 0.15;
  private static final double WRONG = 0.05;

  private Reply() {}

  /**
   * A random answer: greets by name or not, may ramble, asks politely or curtly, may thank, each
   * with probability 1/2; misses each of the four facts with probability 0.2.
   *
   * <p>A fact is missed by a vague word ("some boxes of things") three times in four, else by a
   * wrong one. To be vague is a habit, meant as something that training on preferences can break; a
   * wrong word is an accident that hardly repeats.
   */
  static String draw(RandomStream random, Errand errand) {
    List<String> sentences = new ArrayList<>();
    sentences.add(errand.fill(random.chance(0.5) ? BY_NAME : GREETING));
    if (random.chance(0.5)) {
      sentences.add(random.pick(FILLERS));
    }
    Errand understood = errand.misread(random, VAGUE, WRONG);
    sentences.add(understood.fill(random.chance(0.5) ? POLITE : CURT));
    if (random.chance(0.5)) {
      sentences.add(THANKS);
    }
    return String.join(" ", sentences);
  }
}
