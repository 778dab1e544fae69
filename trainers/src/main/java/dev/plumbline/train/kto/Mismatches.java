package dev.plumbline.train.kto;

import dev.plumbline.data.rows.Mismatch;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.PlumblineException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Gives every prompt a completion that was not written for it. */
final class Mismatches {
  private Mismatches() {}

  /**
   * The completion of the nearest row before that has another prompt, around the end.
   *
   * @throws PlumblineException if all prompts are the same
   */
  static List<UnpairedRow> ofPreviousPrompt(List<UnpairedRow> rows) {
    int[] previous = new int[rows.size()];
    int before = rows.size() - 1;
    for (int i = 0; i < previous.length; i++) {
      if (i > 0 && !samePrompt(rows, i - 1, i)) {
        before = i - 1;
      }
      // Around the end the row before may be of the same prompt again.
      for (int steps = 0; samePrompt(rows, before, i); steps++) {
        if (steps == rows.size()) {
          throw new PlumblineException(
              "all rows have the same prompt; kto compares with completions of other prompts: add some, or choose loss_type apo_zero_unpaired");
        }
        before = before == 0 ? rows.size() - 1 : before - 1;
      }
      previous[i] = before;
    }
    return IntStream.range(0, previous.length)
        .mapToObj(i -> mismatched(rows.get(i), rows.get(previous[i])))
        .toList();
  }

  /** TRL's way: the completion of the row before, in blocks; the first of a block gets its last. */
  static List<UnpairedRow> inBlocks(List<UnpairedRow> rows, int size) {
    return IntStream.range(0, rows.size())
        .mapToObj(
            i -> {
              int first = i / size * size;
              int last = Math.min(rows.size(), first + size) - 1;
              return mismatched(rows.get(i), rows.get(i == first ? last : i - 1));
            })
        .toList();
  }

  private static boolean samePrompt(List<UnpairedRow> rows, int a, int b) {
    return Arrays.equals(rows.get(a).prompt(), rows.get(b).prompt());
  }

  private static UnpairedRow mismatched(UnpairedRow row, UnpairedRow other) {
    return row.withMismatch(new Mismatch(other.completion()));
  }
}
