package dev.plumbline.data.rows;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A tokenised preference pair as training reads it.
 *
 * @param id content hash of the row
 * @param prompt prompt token ids, BOS included where the tokenizer wants one; at least one token
 * @param chosen token ids of the preferred completion, EOS included where it is finished
 * @param rejected token ids of the other completion, likewise
 * @param refChosen log-prob of {@code chosen} under the reference (sum over its tokens, nats); NaN
 *     while not computed
 * @param refRejected the same of {@code rejected}
 * @param weight what the row counts for, 1 by default
 * @param margins what the answers are worth to other objectives, by the objective's name; empty
 *     where nothing is known
 */
public record PairRow(
    String id,
    int[] prompt,
    int[] chosen,
    int[] rejected,
    double refChosen,
    double refRejected,
    double weight,
    SortedMap<String, Margin> margins) {

  /** A row whose margins stay as they are now. */
  public PairRow {
    margins =
        margins.isEmpty()
            ? Collections.emptySortedMap() // one for all rows
            : Collections.unmodifiableSortedMap(new TreeMap<>(margins));
  }

  /** A row without margins. */
  public PairRow(
      String id,
      int[] prompt,
      int[] chosen,
      int[] rejected,
      double refChosen,
      double refRejected,
      double weight) {
    this(
        id, prompt, chosen, rejected, refChosen, refRejected, weight, Collections.emptySortedMap());
  }

  /** The row with its reference log-probs. */
  public PairRow withReference(double chosenLogProb, double rejectedLogProb) {
    return new PairRow(
        id, prompt, chosen, rejected, chosenLogProb, rejectedLogProb, weight, margins);
  }

  /** The row with other completions, such as shorter ones. */
  public PairRow withCompletions(int[] chosenIds, int[] rejectedIds) {
    return new PairRow(id, prompt, chosenIds, rejectedIds, refChosen, refRejected, weight, margins);
  }

  /** The row with another weight. */
  public PairRow withWeight(double other) {
    return new PairRow(id, prompt, chosen, rejected, refChosen, refRejected, other, margins);
  }

  /** The row with these margins in the place of its own. */
  public PairRow withMargins(Map<String, Margin> others) {
    return new PairRow(
        id, prompt, chosen, rejected, refChosen, refRejected, weight, new TreeMap<>(others));
  }

  /** The row with its label turned: what was chosen is rejected. */
  public PairRow swapped() {
    SortedMap<String, Margin> turned = new TreeMap<>();
    margins.forEach((name, margin) -> turned.put(name, margin.swapped()));
    return new PairRow(
        id,
        prompt,
        /* chosen= */ rejected,
        /* rejected= */ chosen,
        /* refChosen= */ refRejected,
        /* refRejected= */ refChosen,
        weight,
        turned);
  }
}
