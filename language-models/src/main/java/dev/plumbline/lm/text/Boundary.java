package dev.plumbline.lm.text;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where a prompt ends and its completion begins, in tokens. The one place that turns text into what
 * a model is trained on and asked with.
 *
 * <ul>
 *   <li>A prompt's ids never depend on what follows: the model is trained on exactly the context
 *       that it is asked with later.
 *   <li>BOS comes once in front, if the tokenizer adds one.
 *   <li>A completion ends in EOS, once and by id. An EOS typed at its end, blanks behind it
 *       included, counts as that one.
 *   <li>A completion's ids are what follows the prompt when both are tokenised together, if the
 *       prompt keeps its ids then. Else tokens merge across the boundary; the completion is then
 *       tokenised as a continuation of its own and said not to agree.
 * </ul>
 */
public final class Boundary {
  private final TextTokenizer tokenizer;
  private final int[] prefix;
  private final int eos;
  private final String eosText;
  private final int[] newline;

  /**
   * @throws dev.plumbline.lm.PlumblineException if the tokenizer has no EOS
   */
  public Boundary(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.prefix = tokenizer.prefix();
    this.eos = tokenizer.requireEos();
    this.eosText = tokenizer.decode(new int[] {eos}, false);
    this.newline = tokenizer.encode("\n", false);
  }

  /**
   * A completion in tokens.
   *
   * @param ids its token ids, EOS last
   * @param agrees whether prompt and completion, tokenised together, have a token boundary between
   *     them
   */
  public record Completion(int[] ids, boolean agrees) {}

  /** What a model is asked with. Empty only for an empty text where the tokenizer adds no BOS. */
  public int[] prompt(String text) {
    int[] ids = tokenizer.encode(text, false);
    return startsWith(ids, prefix) ? ids : concat(prefix, ids);
  }

  /**
   * What a model learns to answer.
   *
   * @param prompt the prompt's text
   * @param promptIds its ids by {@link #prompt}
   * @param completion the answer's text
   */
  public Completion completion(String prompt, int[] promptIds, String completion) {
    String answer = withoutEos(completion);
    int[] together = prompt(prompt + answer);
    boolean agrees = startsWith(together, promptIds);
    int[] ids = agrees ? drop(together, promptIds.length) : continuation(answer);
    return new Completion(concat(ids, eos), agrees);
  }

  /** A text to learn as a whole: its ids with BOS, if the tokenizer adds one, and EOS. */
  public int[] document(String text) {
    return concat(prompt(withoutEos(text)), eos);
  }

  /** Whether a text ends in a typed EOS, which then is the only one. */
  public boolean endsInEos(String text) {
    return !eosText.isEmpty() && text.stripTrailing().endsWith(eosText);
  }

  private String withoutEos(String text) {
    String rest = text;
    while (endsInEos(rest)) {
      String stripped = rest.stripTrailing();
      rest = stripped.substring(0, stripped.length() - eosText.length());
    }
    return rest;
  }

  /**
   * A text's ids in the middle of another text. Some tokenizers put a blank before every text; a
   * newline in front takes it, as long as the newline does not merge with what follows.
   */
  private int[] continuation(String text) {
    int[] after = tokenizer.encode("\n" + text, false);
    return startsWith(after, newline) ? drop(after, newline.length) : tokenizer.encode(text, false);
  }

  private static boolean startsWith(int[] ids, int[] start) {
    return ids.length >= start.length
        && Arrays.equals(ids, 0, start.length, start, 0, start.length);
  }

  private static int[] drop(int[] ids, int count) {
    return Arrays.copyOfRange(ids, count, ids.length);
  }

  private static int[] concat(int[] first, int... second) {
    return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }
}
