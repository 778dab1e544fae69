package dev.plumbline.data.synthetic;

import dev.plumbline.reward.Score;
import dev.plumbline.reward.Scorer;
import dev.plumbline.reward.catalog.OracleCatalog;
import dev.plumbline.reward.catalog.OracleKind;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The truth of the errands task: what an answer is worth.
 *
 * <p>An answer may hold three useful sentences: a greeting ("Hello Anna!"), a request ("Could you
 * please bring three boxes of apples to the station on Friday?") and thanks ("Thank you!"). It
 * earns
 *
 * <ul>
 *   <li>1 for each fact (number, item, place, day) that the request names, if it names no other of
 *       its kind; a vague word (some, things, place, time) is another,
 *   <li>1 if the greeting names the right person and no other,
 *   <li>1 if the request says please,
 *   <li>1 for thanks,
 *   <li>-1 for each sentence of filler: one that is none of the three, or a second of its sort, or
 *       carries a word that its sort doesn't need, or the same word twice.
 * </ul>
 *
 * <p>So 7 is the most, and only such three sentences reach it, in any order. To repeat a fact, to
 * name several, or to pad with courtesy never raises the score: what is said twice counts once and
 * costs a point. Case and punctuation within a sentence don't matter.
 *
 * @see #KIND
 */
public final class ErrandScorer implements Scorer {
  /** The truth as an oracle that a command line can name. */
  public static final OracleKind KIND =
      OracleCatalog.withoutArgument(
          "errands", "the ground truth of the quick start's task", new ErrandScorer());

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

  @Override
  public String name() {
    return "errands";
  }

  /**
   * Scores any text.
   *
   * @throws dev.plumbline.lm.PlumblineException if the prompt is not one of this task
   */
  @Override
  public Score score(String prompt, String answer) {
    Errand errand = Errand.read(prompt);
    Map<Sort, List<String>> useful = new EnumMap<>(Sort.class);
    int filler = 0;
    for (List<String> sentence : sentences(answer)) {
      Optional<Sort> sort = Sort.of(sentence);
      boolean first = sort.isPresent() && useful.putIfAbsent(sort.get(), sentence) == null;
      if (!first || !sort.get().needsAllOf(sentence)) {
        filler++;
      }
    }
    List<String> greeting = useful.getOrDefault(Sort.GREETING, List.of());
    List<String> request = useful.getOrDefault(Sort.REQUEST, List.of());
    Map<String, Double> parts = new LinkedHashMap<>();
    for (Kind fact : Kind.FACTS) {
      parts.put(fold(fact.name()), point(names(request, errand, fact)));
    }
    parts.put("name", point(names(greeting, errand, Kind.NAME)));
    parts.put("please", point(request.contains("please")));
    parts.put("thanks", point(useful.containsKey(Sort.THANKS)));
    parts.put("filler", 0.0 - filler);
    double value = parts.values().stream().mapToDouble(Double::doubleValue).sum();
    return new Score(value, why(parts), parts);
  }

  /** Whether a part of the score is one of the facts. */
  static boolean isFact(String part) {
    return Kind.FACTS.stream().anyMatch(fact -> fold(fact.name()).equals(part));
  }

  /** What a better answer would have. */
  private static String why(Map<String, Double> parts) {
    String missing =
        parts.entrySet().stream()
            .filter(part -> !part.getKey().equals("filler") && part.getValue() == 0)
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    int filler = -parts.get("filler").intValue();
    return (missing.isEmpty() ? "nothing missing" : "missing or wrong: " + missing)
        + (filler == 0 ? "" : "; filler: " + filler);
  }

  private static boolean names(List<String> sentence, Errand errand, Kind kind) {
    List<String> named = sentence.stream().filter(word -> KINDS.get(word) == kind).toList();
    String right = fold(errand.word(kind));
    return !named.isEmpty() && named.stream().allMatch(right::equals);
  }

  private static List<List<String>> sentences(String answer) {
    return SENTENCE_END
        .splitAsStream(answer)
        .map(text -> WORD_END.splitAsStream(fold(text)).filter(word -> !word.isEmpty()).toList())
        .filter(words -> !words.isEmpty())
        .toList();
  }

  private static double point(boolean earned) {
    return earned ? 1 : 0;
  }

  private static String fold(String word) {
    return word.toLowerCase(Locale.ROOT);
  }
}
