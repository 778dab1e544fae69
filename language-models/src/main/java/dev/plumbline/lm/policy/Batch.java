package dev.plumbline.lm.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Prompts, each with its completions, as token ids: what every policy is asked about. Never a
 * padded matrix; how the tokens are padded, packed or split is the policy's own business.
 *
 * <p>Completions are numbered through the batch in order: all of the first item's, then all of the
 * second's, and so on. {@link LogProbs} and {@link TokenGradients} use that numbering.
 *
 * @param items the prompts with their completions
 */
public record Batch(List<Item> items) {
  public Batch {
    items = List.copyOf(items);
  }

  /** The number of completions in the batch. */
  public int size() {
    return items.stream().mapToInt(item -> item.completions().size()).sum();
  }

  /** The completions in the batch's order, without their prompts. */
  public List<Completion> completions() {
    return items.stream().flatMap(item -> item.completions().stream()).toList();
  }

  /**
   * The tokens of the batch, each completion with a prompt of its own: what TRL counts as {@code
   * num_tokens}.
   */
  public long tokens() {
    long tokens = 0;
    for (Item item : items) {
      for (Completion completion : item.completions()) {
        tokens += item.prompt().length + completion.ids().length;
      }
    }
    return tokens;
  }

  /**
   * One prompt with its completions.
   *
   * @param prompt token ids that are given, at least one (a BOS, if nothing else): the first
   *     completion token is predicted from it
   * @param completions what may follow
   */
  public record Item(int[] prompt, List<Completion> completions) {
    public Item {
      Objects.requireNonNull(prompt, "prompt");
      if (prompt.length == 0) {
        throw new IllegalArgumentException(
            "an item's prompt has no token: the first completion token needs at least one to be predicted from");
      }
      completions = List.copyOf(completions);
    }

    /** A prompt with completions whose tokens all count. */
    public static Item of(int[] prompt, List<int[]> completions) {
      return new Item(prompt, completions.stream().map(Completion::of).toList());
    }
  }

  /**
   * A completion's tokens, the final EOS included where the completion is finished.
   *
   * @param ids token ids
   * @param learned which of them count: log-probs of the others are 0 and carry no gradient
   */
  public record Completion(int[] ids, boolean[] learned) {
    public Completion {
      if (ids.length != learned.length) {
        throw new IllegalArgumentException(
            "a completion of "
                + ids.length
                + " tokens has a learned-token mask of "
                + learned.length);
      }
    }

    /** A completion whose tokens all count. */
    public static Completion of(int... ids) {
      boolean[] learned = new boolean[ids.length];
      Arrays.fill(learned, true);
      return new Completion(ids, learned);
    }

    /** How many tokens count. */
    public int learnedTokens() {
      int count = 0;
      for (boolean token : learned) {
        count += token ? 1 : 0;
      }
      return count;
    }
  }
}
