package dev.plumbline.data.synthetic;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Kinds of words that an errand names one each of. To a decoder all of a kind are alike. */
enum Kind {
  NAME(
      "there", "Anna", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry", "Iris", "Jonas",
      "Karen", "Leo", "Maria", "Noah", "Olga", "Paul", "Rosa", "Simon", "Tara", "Victor"),
  NUMBER("some", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
  ITEM(
      "things", "apples", "books", "bottles", "candles", "carrots", "chairs", "cups", "flowers",
      "keys", "lamps", "lemons", "letters", "maps", "onions", "pears", "pencils", "plates", "ropes",
      "spoons", "towels"),
  PLACE(
      "place", "airport", "bakery", "bridge", "castle", "church", "garden", "hotel", "library",
      "market", "museum", "office", "park", "school", "stadium", "station", "tower"),
  DAY("time", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

  /** The kinds that a request repeats; the name belongs to the greeting. */
  static final Set<Kind> FACTS = Collections.unmodifiableSet(EnumSet.of(NUMBER, ITEM, PLACE, DAY));

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable.
  private final List<String> words;

  private final String vague;

  Kind(String vague, String... words) {
    this.vague = vague;
    this.words = List.of(words);
  }

  List<String> words() {
    return words;
  }

  /** What somebody writes who avoids the word: it fits in its place and says nothing. */
  String vague() {
    return vague;
  }
}
