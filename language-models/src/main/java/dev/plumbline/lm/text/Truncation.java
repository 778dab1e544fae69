package dev.plumbline.lm.text;

import dev.plumbline.lm.UsageException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The longest row in tokens, and which end of a longer one is kept: TRL's {@code max_length} and
 * {@code truncation_mode} (trl 1.16, {@code dpo_trainer.py}, {@code sft_trainer.py}).
 *
 * @param maxLength most tokens of a prompt with its completion; 0 for no limit
 * @param mode which end is kept
 */
public record Truncation(int maxLength, Mode mode) implements Serializable {

  /** Which end of a row is kept. */
  public enum Mode {
    /** The start: the completion loses its end, and its EOS. */
    KEEP_START,
    /** The end: the prompt loses its start, and its BOS. */
    KEEP_END;

    /** The name in options and files, {@code keep_start} or {@code keep_end}. */
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

  /** A row that is not kept: one part alone leaves no room for the other. */
  public enum Refused implements Outcome {
    /** {@code keep_start}: the prompt alone reaches the maximum length. */
    PROMPT_TOO_LONG,
    /** {@code keep_end}: a completion alone reaches the maximum length. */
    COMPLETION_TOO_LONG
  }

  /**
   * Cuts a prompt and its completions.
   *
   * <p>{@code keep_start} cuts each completion's end. {@code keep_end} cuts the prompt's start by
   * what the longest completion needs: the completions of a row are always judged in the same
   * context. (TRL cuts the prompt for each completion by itself.)
   */
  public Outcome cut(int[] prompt, int[]... completions) {
    return mode == Mode.KEEP_START
        ? cutEnds(prompt, List.of(completions))
        : cutStart(prompt, List.of(completions));
  }

  /** Cuts a text that is learned as a whole. */
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
    int longest = completions.stream().mapToInt(ids -> ids.length).max().orElse(0);
    int room = limit() - longest;
    if (room <= 0) {
      return Refused.COMPLETION_TOO_LONG;
    }
    int lost = Math.max(0, prompt.length - room);
    return new Kept(Arrays.copyOfRange(prompt, lost, prompt.length), completions, lost, 0);
  }
}
