package dev.plumbline.eval.winrate;

import dev.plumbline.data.read.JsonRow;
import dev.plumbline.data.read.JsonRows;
import dev.plumbline.data.rows.Columns;
import dev.plumbline.lm.Excerpt;
import dev.plumbline.lm.PlumblineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Answers that lie in a file: rows of {@code prompt} and {@code completion}, JSONL or JSON, plain
 * or gzip. A prompt may have several rows; they are given in the file's order, and again from the
 * start if more are asked for.
 */
public final class FileContestant implements Contestant {
  private final String name;
  private final Path file;
  private final Map<String, List<Answer>> answers;

  private FileContestant(String name, Path file, Map<String, List<Answer>> answers) {
    this.name = name;
    this.file = file;
    this.answers = answers;
  }

  /**
   * Reads a file.
   *
   * @param tokens counts the tokens of an answer; {@code text -> Answer.UNKNOWN} where there is no
   *     tokenizer to ask
   * @throws PlumblineException on the first row without a prompt and a completion; an evaluation
   *     that leaves rows out is another evaluation
   */
  public static FileContestant read(String name, Path file, ToIntFunction<String> tokens) {
    Map<String, List<Answer>> answers = new LinkedHashMap<>();
    for (JsonRow row : JsonRows.readAll(List.of(file))) {
      String text = Cells.text(row, Columns.COMPLETION);
      answers
          .computeIfAbsent(Cells.text(row, Columns.PROMPT), any -> new ArrayList<>())
          .add(new Answer(text, tokens.applyAsInt(text), Answer.End.UNKNOWN));
    }
    return new FileContestant(name, file, answers);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<List<Answer>> answer(List<String> prompts, int samples, long seed) {
    List<String> missing = prompts.stream().filter(prompt -> !answers.containsKey(prompt)).toList();
    if (!missing.isEmpty()) {
      throw new PlumblineException(
          "%s has no answer to %d of %d prompts, the first being '%s'; add them, or evaluate on the prompts it answers"
              .formatted(file, missing.size(), prompts.size(), Excerpt.of(missing.get(0).strip())));
    }
    return prompts.stream().map(prompt -> cycle(answers.get(prompt), samples)).toList();
  }

  private static List<Answer> cycle(List<Answer> given, int samples) {
    List<Answer> taken = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      taken.add(given.get(i % given.size()));
    }
    return taken;
  }
}
