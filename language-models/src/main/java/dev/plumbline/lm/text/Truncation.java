package dev.plumbline.lm.text;

import dev.plumbline.lm.UsageException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The longest row in tokens, and what becomes of a longer one: TRL's {@code max_length} and {@code
 * truncation_mode} (trl 1.16, {@code dpo_trainer.py}, {@code sft_trainer.py}), and a third mode,
 * {@code drop}.
 *
 * @param maxLength most tokens of a prompt with its completion; 0 for no limit
 * @param mode what is kept of a longer row
 */
public record Truncation(int maxLength, Mode mode) implements Serializable {

  /** What is kept of a row that is too long. */
  public enum Mode {
    /** The start: the completion loses its end, and its EOS. */
    KEEP_START,
    /** The end: the prompt loses its start, and its BOS. */
    KEEP_END,
    /** Neither: a longer row is not kept at all. */
    DROP;

    /** The name in options and files: lower case. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws UsageException on a negative length
   */
  public Truncation {
    if (maxLength < 0) {
      throw new UsageException(
          "max_length is " + maxLength + "; it must be positive, or 0 for no limit");
    }
  }

  /** What becomes of a row. */
  public sealed interface Outcome {}

  /**
   * A row that is kept.
   *
   * @param prompt what is left of the prompt, at least one token
   * @param completions what is left of each completion, at least one token each
   * @param cutTokens how many tokens were cut, the prompt's counted once
   * @param lostEos how many completions lost their end
   */
  public record Kept(int[] prompt, List<int[]> completions, int cutTokens, int lostEos)
      implements Outcome {}

  /** A row that is not kept. */
  public enum Refused implements Outcome {
    /** {@code keep_start}: the prompt alone reaches the maximum length, and leaves no room. */
    PROMPT_TOO_LONG,
    /** {@code keep_end}: a completion alone reaches the maximum length. */
    COMPLETION_TOO_LONG,
    /** {@code drop}: prompt and longest completion together are longer than the maximum length. */
    ROW_TOO_LONG
  }

  /**
   * Cuts a prompt and its completions.
   *
   * <p>{@code keep_start} cuts each completion's end. {@code keep_end} cuts the prompt's start by
   * what the longest completion needs: the completions of a row are always judged in the same
   * context. (TRL cuts the prompt for each completion by itself.)
   */
  public Outcome cut(int[] prompt, int[]... completions) {
    List<int[]> all = List.of(completions);
    return switch (mode) {
      case KEEP_START -> cutEnds(prompt, all);
      case KEEP_END -> cutStart(prompt, all);
      case DROP ->
          drops(prompt.length + longest(all)) ? Refused.ROW_TOO_LONG : new Kept(prompt, all, 0, 0);
    };
  }

  /** Whether a row of so many tokens is not kept, although a cut would make it fit. */
  public boolean drops(int tokens) {
    return mode == Mode.DROP && tokens > limit();
  }

  /** Cuts a text that is learned as a whole, and is not {@linkplain #drops dropped}. */
  public int[] cutDocument(int[] document) {
    if (document.length <= limit()) {
      return document;
    }
    return mode == Mode.KEEP_START
        ? Arrays.copyOf(document, maxLength)
        : Arrays.copyOfRange(document, document.length - maxLength, document.length);
  }

  private int limit() {
    return maxLength == 0 ? Integer.MAX_VALUE : maxLength;
  }

  private Outcome cutEnds(int[] prompt, List<int[]> completions) {
    int room = limit() - prompt.length;
    if (room <= 0) {
      return Refused.PROMPT_TOO_LONG;
    }
    Stream<int[]> tooLong = completions.stream().filter(ids -> ids.length > room);
    int[] lost = tooLong.mapToInt(ids -> ids.length - room).toArray();
    List<int[]> kept =
        completions.stream().map(ids -> Arrays.copyOf(ids, Math.min(ids.length, room))).toList();
    return new Kept(prompt, kept, Arrays.stream(lost).sum(), lost.length);
  }

  private Outcome cutStart(int[] prompt, List<int[]> completions) {
    int room = limit() - longest(completions);
    if (room <= 0) {
      return Refused.COMPLETION_TOO_LONG;
    }
    int lost = Math.max(0, prompt.length - room);
    return new Kept(Arrays.copyOfRange(prompt, lost, prompt.length), completions, lost, 0);
  }

  private static int longest(List<int[]> completions) {
    return completions.stream().mapToInt(ids -> ids.length).max().orElse(0);
  }
}
