package dev.plumbline.eval.winrate;

import dev.plumbline.data.read.JsonRow;
import dev.plumbline.data.read.JsonRows;
import dev.plumbline.data.rows.Columns;
import dev.plumbline.lm.Excerpt;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.reward.catalog.ExpectedAnswers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an evaluation asks.
 *
 * @param texts different prompts, in the file's order
 * @param duplicates rows that repeated an earlier prompt: they are the same evidence, so they are
 *     asked once, and told
 * @param expected the right answer of each prompt, where the file has a column {@code answer}
 */
public record Prompts(List<String> texts, int duplicates, ExpectedAnswers expected) {
  public Prompts {
    texts = List.copyOf(texts);
  }

  /**
   * Reads the column {@code prompt}, and {@code answer} where it is there, of a JSONL or JSON file,
   * plain or gzip. Other columns don't matter.
   *
   * @param limit most prompts to take, from the start; 0 for all
   * @throws PlumblineException if a row has no prompt, two rows of a prompt expect different
   *     answers, or there is no row
   */
  public static Prompts read(Path file, int limit) {
    Set<String> prompts = new LinkedHashSet<>();
    Map<String, String> expected = new LinkedHashMap<>();
    int duplicates = 0;
    try (JsonRows rows = JsonRows.open(file)) {
      while (rows.hasNext()) {
        JsonRow row = rows.next();
        String prompt = Cells.text(row, Columns.PROMPT);
        if (limit > 0 && prompts.size() == limit && !prompts.contains(prompt)) {
          break;
        }
        duplicates += prompts.add(prompt) ? 0 : 1;
        if (((JsonRow.Good) row).object().hasNonNull("answer")) {
          String answer = Cells.text(row, "answer");
          String earlier = expected.putIfAbsent(prompt, answer);
          if (earlier != null && !earlier.equals(answer)) {
            throw new PlumblineException(
                "%s line %d: the prompt '%s' expects '%s', an earlier row of it '%s'; keep one"
                    .formatted(
                        file,
                        row.line(),
                        Excerpt.of(prompt.strip()),
                        Excerpt.of(answer.strip()),
                        Excerpt.of(earlier.strip())));
          }
        }
      }
    }
    if (prompts.isEmpty()) {
      throw new PlumblineException(file + " holds no row; expected at least one prompt");
    }
    return new Prompts(
        List.copyOf(prompts), duplicates, new ExpectedAnswers(expected, file + " column answer"));
  }
}
