package dev.plumbline.eval.sweep;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Distinct-n (Li et al. 2016, "A Diversity-Promoting Objective Function for Neural Conversation
 * Models", NAACL): different n-grams of words over all of them, within answers. It falls with the
 * number and length of the answers, so only as many answers of about one length compare.
 */
final class DistinctWords {
  private DistinctWords() {}

  /**
   * The share for one n.
   *
   * @param n words a gram, at least 1
   * @return in [0, 1]; 0 if no answer has n words
   */
  static double of(List<String> answers, int n) {
    Set<List<String>> different = new HashSet<>();
    int all = 0;
    for (String answer : answers) {
      List<String> words = Arrays.asList(answer.strip().split("\\s+"));
      for (int from = 0; from + n <= words.size() && !answer.isBlank(); from++) {
        different.add(List.copyOf(words.subList(from, from + n)));
        all++;
      }
    }
    return all == 0 ? 0 : (double) different.size() / all;
  }
}
