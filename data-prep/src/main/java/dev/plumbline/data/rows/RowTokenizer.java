package dev.plumbline.data.rows;

import dev.plumbline.lm.text.Boundary;
import dev.plumbline.lm.text.Truncation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Turns rows of text into rows of token ids. */
public final class RowTokenizer {
  private final Boundary boundary;
  private final Truncation truncation;

  /** A tokenizer of rows, cut to a length. */
  public RowTokenizer(Boundary boundary, Truncation truncation) {
    this.boundary = boundary;
    this.truncation = truncation;
  }

  /**
   * The row's token ids.
   *
   * @throws BadRow if nothing can be learned from it
   */
  public TokenRow tokenize(TextRow row) throws BadRow {
    if (row instanceof TextRow.Pair pair) {
      return answers(pair.prompt(), pair.chosen(), pair.rejected());
    } else if (row instanceof TextRow.Completion completion) {
      return answers(completion.prompt(), completion.completion());
    } else if (row instanceof TextRow.Unpaired unpaired) {
      return answers(unpaired.prompt(), unpaired.completion());
    }
    return document(row.prompt());
  }

  private TokenRow answers(String prompt, String... texts) throws BadRow {
    int[] promptIds = boundary.prompt(prompt);
    if (promptIds.length == 0) {
      throw new BadRow(
          new Fault(
              Reason.EMPTY_PROMPT,
              Columns.PROMPT,
              "no token, and the tokenizer adds no BOS",
              "a token that the answer follows"));
    }
    List<Boundary.Completion> whole =
        Arrays.stream(texts).map(text -> boundary.completion(prompt, promptIds, text)).toList();
    int[][] ids = whole.stream().map(Boundary.Completion::ids).toArray(int[][]::new);
    requireDifferent(List.of(ids), Reason.TIE, "answers that are the same tokens");
    Truncation.Kept kept = cut(promptIds, ids);
    requireDifferent(
        kept.completions(),
        Reason.TIE_AFTER_TRUNCATION,
        "answers that are the same tokens once cut to " + truncation.maxLength());
    return new TokenRow(
        kept.prompt(),
        kept.completions(),
        whole.stream().allMatch(Boundary.Completion::agrees),
        Stream.of(texts).anyMatch(boundary::endsInEos),
        kept.cutTokens(),
        kept.lostEos());
  }

  private Truncation.Kept cut(int[] prompt, int[][] completions) throws BadRow {
    Truncation.Outcome outcome = truncation.cut(prompt, completions);
    if (outcome instanceof Truncation.Kept kept) {
      return kept;
    }
    int longest = Arrays.stream(completions).mapToInt(ids -> ids.length).max().orElse(0);
    throw switch ((Truncation.Refused) outcome) {
      case PROMPT_TOO_LONG ->
          tooLong(Reason.PROMPT_TOO_LONG, "a prompt of %s tokens", prompt.length, "fewer than");
      case COMPLETION_TOO_LONG ->
          tooLong(Reason.COMPLETION_TOO_LONG, "an answer of %s tokens", longest, "fewer than");
      case ROW_TOO_LONG -> rowTooLong(prompt.length + longest);
    };
  }

  private BadRow rowTooLong(int tokens) {
    return tooLong(Reason.ROW_TOO_LONG, "%s tokens", tokens, "at most");
  }

  private BadRow tooLong(Reason reason, String found, int tokens, String expected) {
    return new BadRow(
        reason,
        found.formatted(tokens),
        "%s max_length = %s".formatted(expected, truncation.maxLength()));
  }

  private static void requireDifferent(List<int[]> completions, Reason reason, String found)
      throws BadRow {
    if (completions.size() == 2 && Arrays.equals(completions.get(0), completions.get(1))) {
      throw new BadRow(reason, found, "two different answers");
    }
  }

  private TokenRow document(String text) throws BadRow {
    int[] whole = boundary.document(text);
    if (truncation.drops(whole.length)) {
      throw rowTooLong(whole.length);
    }
    int[] ids = truncation.cutDocument(whole);
    if (ids.length < 2) {
      throw new BadRow(
          Reason.PROMPT_TOO_LONG,
          "a text of which %s token is left".formatted(ids.length),
          "two: the first is given, the others are learned");
    }
    int cut = whole.length - ids.length;
    boolean lostEos = cut > 0 && truncation.mode() == Truncation.Mode.KEEP_START;
    return new TokenRow(
        Arrays.copyOf(ids, 1),
        List.of(Arrays.copyOfRange(ids, 1, ids.length)),
        true,
        boundary.endsInEos(text),
        cut,
        lostEos ? 1 : 0);
  }
}
