package dev.plumbline.data.synthetic;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an answer to an errand says, whether right or wrong. Case and punctuation within a sentence
 * don't matter.
 */
final class ErrandAnswer {
  private static final Pattern SENTENCE_END = Pattern.compile("[.!?\\n]++");
  private static final Pattern WORD_END = Pattern.compile("[\\s,:;]++");

  private static final Map<String, Kind> KINDS =
      Arrays.stream(Kind.values())
          .flatMap(
              kind ->
                  Stream.concat(kind.words().stream(), Stream.of(kind.vague()))
                      .map(word -> Map.entry(fold(word), kind)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  /** Sorts of useful sentences, told by a word; a sentence with several is of the first sort. */
  @SuppressWarnings("ImmutableEnumChecker") // Its sets are.
  private enum Sort {
    REQUEST(
        "bring",
        Set.of("could", "you", "please", "just", "bring", "boxes", "of", "to", "the", "on"),
        Kind.FACTS),
    THANKS("thank", Set.of("thank", "you"), Set.of()),
    GREETING("hello", Set.of("hello"), Set.of(Kind.NAME));

    private final String mark;
    private final Set<String> words;
    private final Set<Kind> kinds;

    Sort(String mark, Set<String> words, Set<Kind> kinds) {
      this.mark = mark;
      this.words = words;
      this.kinds = kinds;
    }

    static Optional<Sort> of(List<String> sentence) {
      return Arrays.stream(values()).filter(sort -> sentence.contains(sort.mark)).findFirst();
    }

    /** Whether a sentence holds nothing but what its sort needs, each word and each kind once. */
    boolean needsAllOf(List<String> sentence) {
      Set<Object> said = new HashSet<>();
      for (String word : sentence) {
        Kind kind = KINDS.get(word);
        boolean needed = kind == null ? words.contains(word) : kinds.contains(kind);
        if (!needed || !said.add(kind == null ? word : kind)) {
          return false;
        }
      }
      return true;
    }
  }

  private final Map<Sort, List<String>> useful = new EnumMap<>(Sort.class);
  private final int filler;
  private final int words;

  /** Reads any text. */
  ErrandAnswer(String answer) {
    List<List<String>> sentences = sentences(answer);
    int notNeeded = 0;
    for (List<String> sentence : sentences) {
      Optional<Sort> sort = Sort.of(sentence);
      boolean first = sort.isPresent() && useful.putIfAbsent(sort.get(), sentence) == null;
      if (!first || !sort.get().needsAllOf(sentence)) {
        notNeeded++;
      }
    }
    filler = notNeeded;
    words = sentences.stream().mapToInt(List::size).sum();
  }

  /**
   * Whether the sentence that should, the request or the greeting, names an errand's word alone.
   */
  boolean names(Errand errand, Kind kind) {
    List<String> sentence = said(kind == Kind.NAME ? Sort.GREETING : Sort.REQUEST);
    List<String> named = sentence.stream().filter(word -> KINDS.get(word) == kind).toList();
    String right = fold(errand.word(kind));
    return !named.isEmpty() && named.stream().allMatch(right::equals);
  }

  boolean saysPlease() {
    return said(Sort.REQUEST).contains("please");
  }

  boolean thanks() {
    return useful.containsKey(Sort.THANKS);
  }

  /** Sentences that are not needed, or hold a word that is not. */
  int filler() {
    return filler;
  }

  /** Words in all sentences: what stands between white space, commas, colons and their like. */
  int words() {
    return words;
  }

  private List<String> said(Sort sort) {
    return useful.getOrDefault(sort, List.of());
  }

  private static List<List<String>> sentences(String answer) {
    return SENTENCE_END
        .splitAsStream(answer)
        .map(text -> WORD_END.splitAsStream(fold(text)).filter(word -> !word.isEmpty()).toList())
        .filter(words -> !words.isEmpty())
        .toList();
  }

  private static String fold(String word) {
    return word.toLowerCase(Locale.ROOT);
  }
}
