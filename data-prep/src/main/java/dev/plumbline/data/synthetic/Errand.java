package dev.plumbline.data.synthetic;

import dev.plumbline.lm.Excerpt;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.random.RandomStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a prompt asks for: a message to somebody with four facts.
 *
 * @param words the one word of each kind
 */
record Errand(Map<Kind, String> words) {

  /** Ways to put an errand. The line break ends the prompt, so that the answer starts a line. */
  static final List<String> TEMPLATES =
      List.of(
          "write to NAME: bring NUMBER boxes of ITEM to the PLACE on DAY\n",
          "ask NAME to bring NUMBER boxes of ITEM to the PLACE on DAY\n",
          "on DAY NAME should bring NUMBER boxes of ITEM to the PLACE\n");

  private static final Pattern WORD_END = Pattern.compile("[\\s:]+");

  /** A random errand of a split. */
  static Errand draw(RandomStream random, Split split) {
    while (true) {
      Map<Kind, String> words = new EnumMap<>(Kind.class);
      for (Kind kind : Kind.values()) {
        words.put(kind, random.pick(kind.words()));
      }
      Errand errand = new Errand(words);
      if (errand.split() == split) {
        return errand;
      }
    }
  }

  /**
   * Reads an errand out of a prompt, however it is put.
   *
   * @throws PlumblineException if the prompt doesn't name exactly one word of each kind
   */
  static Errand read(String prompt) {
    Map<Kind, String> words = new EnumMap<>(Kind.class);
    for (String word : WORD_END.split(prompt, 0)) {
      for (Kind kind : Kind.values()) {
        if (kind.words().contains(word) && words.put(kind, word) != null) {
          throw noErrand(prompt, "more than one " + kind.name().toLowerCase(Locale.ROOT));
        }
      }
    }
    for (Kind kind : Kind.values()) {
      if (!words.containsKey(kind)) {
        throw noErrand(prompt, "no " + kind.name().toLowerCase(Locale.ROOT));
      }
    }
    return new Errand(words);
  }

  String word(Kind kind) {
    return words.get(kind);
  }

  /**
   * Which split the errand belongs to, whatever the seed: decided by its item and place together,
   * so that a held-out prompt names two things that never met in training, though each was seen
   * with others.
   */
  Split split() {
    int item = Kind.ITEM.words().indexOf(word(Kind.ITEM));
    int place = Kind.PLACE.words().indexOf(word(Kind.PLACE));
    return switch ((item + place) % 8) {
      case 0 -> Split.TEST;
      case 1 -> Split.VALIDATION;
      default -> Split.TRAIN;
    };
  }

  /** The errand as a prompt, in one of the ways to put it. */
  String prompt(RandomStream random) {
    return fill(random.pick(TEMPLATES));
  }

  /** A text with the errand's word in the place of each kind's name. */
  String fill(String template) {
    String text = template;
    for (Kind kind : Kind.values()) {
      text = text.replace(kind.name(), word(kind));
    }
    return text;
  }

  /** The errand with each fact replaced, with a probability each, by a vague or a wrong word. */
  Errand misread(RandomStream random, double vague, double wrong) {
    Map<Kind, String> read = new EnumMap<>(words);
    for (Kind fact : Kind.FACTS) {
      double chance = random.uniform();
      if (chance < vague) {
        read.put(fact, fact.vague());
      } else if (chance < vague + wrong) {
        List<String> others =
            fact.words().stream().filter(word -> !word.equals(word(fact))).toList();
        read.put(fact, random.pick(others));
      }
    }
    return new Errand(read);
  }

  private static PlumblineException noErrand(String prompt, String found) {
    return new PlumblineException(
        "the prompt '%s' is no errand: it names %s; use prompts that this task generates, or another oracle"
            .formatted(Excerpt.of(prompt.strip()), found));
  }
}
