package dev.plumbline.data.rows;

import dev.plumbline.lm.UsageException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The kinds of raw rows, told by their columns. */
public enum RowKind {
  /** A prompt and two answers. */
  PAIRS,
  /** Two texts that begin with the same prompt, such as the transcripts of hh-rlhf. */
  TRANSCRIPTS,
  /** A prompt, an answer, and whether that answer is desirable. */
  UNPAIRED,
  /** A prompt and an answer to learn. */
  COMPLETIONS,
  /** A text to learn as a whole. */
  TEXT;

  /** The columns that a row of this kind has: all text, but for the label. */
  public List<String> columns() {
    return switch (this) {
      case PAIRS -> List.of(Columns.PROMPT, Columns.CHOSEN, Columns.REJECTED);
      case TRANSCRIPTS -> List.of(Columns.CHOSEN, Columns.REJECTED);
      case UNPAIRED -> List.of(Columns.PROMPT, Columns.COMPLETION, Columns.LABEL);
      case COMPLETIONS -> List.of(Columns.PROMPT, Columns.COMPLETION);
      case TEXT -> List.of(Columns.TEXT);
    };
  }

  /** Whether such rows are preference pairs; the others have one answer or text each. */
  public boolean isPair() {
    return this == PAIRS || this == TRANSCRIPTS;
  }

  /** The name in options and files: lower case. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kinds that a row with these columns can be: one, or none, or several. */
  public static List<RowKind> of(Collection<String> found) {
    List<RowKind> fitting =
        Arrays.stream(values())
            .filter(kind -> found.containsAll(kind.columns()))
            .collect(Collectors.toList());
    if (fitting.contains(PAIRS)) {
      fitting.remove(TRANSCRIPTS);
    }
    if (fitting.contains(UNPAIRED)) {
      fitting.remove(COMPLETIONS);
    }
    return fitting;
  }

  /**
   * The kind of a name.
   *
   * @throws UsageException if there is none; the message lists them
   */
  public static RowKind ofKey(String key) {
    return Arrays.stream(values())
        .filter(kind -> kind.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "no kind of row is called %s; there are %s".formatted(key, describeAll())));
  }

  /** Name and columns, for messages. */
  @Override
  public String toString() {
    return key() + " (" + String.join(", ", columns()) + ")";
  }

  /** All kinds, for messages. */
  public static String describeAll() {
    return Arrays.stream(values()).map(RowKind::toString).collect(Collectors.joining(", "));
  }
}
