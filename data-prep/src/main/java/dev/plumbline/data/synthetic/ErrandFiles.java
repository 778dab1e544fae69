package dev.plumbline.data.synthetic;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.data.synthetic.ErrandTask.Labels;
import dev.plumbline.data.synthetic.ErrandTask.Pair;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.io.WholeFiles;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The task's files, as JSONL with TRL's column names.
 *
 * @param folder where they lie
 */
public record ErrandFiles(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * How many rows to write.
   *
   * @param demonstrations rows for supervised fine-tuning
   * @param pairs preference pairs
   * @param prompts held-out prompts for choices, and as many for the final score
   */
  public record Sizes(int demonstrations, int pairs, int prompts) {
    public Sizes {
      for (int size : new int[] {demonstrations, pairs, prompts}) {
        if (size < 1) {
          throw new UsageException(
              "a file of the task would have %d rows; ask for at least 1".formatted(size));
        }
      }
    }

    /** What the quick start needs. */
    public static Sizes quickStart() {
      return new Sizes(8000, 10_000, 400);
    }
  }

  /** {@code prompt, completion}: training rows for supervised fine-tuning. */
  public Path demonstrations() {
    return folder.resolve("sft.jsonl");
  }

  /** {@code prompt, chosen, rejected}: training pairs. */
  public Path pairs() {
    return folder.resolve("pairs.jsonl");
  }

  /** The same pairs, labelled by courtesy alone: one of two objectives in conflict. */
  public Path courtesyPairs() {
    return folder.resolve("pairs-courtesy.jsonl");
  }

  /** The same pairs, labelled by brevity alone: the other one. */
  public Path brevityPairs() {
    return folder.resolve("pairs-brevity.jsonl");
  }

  /** The control from which nothing can be learnt: half of the labels wrong. */
  public Path shuffledPairs() {
    return folder.resolve("pairs-shuffled.jsonl");
  }

  /** {@code prompt, completion}: the control that imitates the chosen answers. */
  public Path chosen() {
    return folder.resolve("chosen.jsonl");
  }

  /** {@code prompt}: to choose a recipe or a checkpoint by. */
  public Path validationPrompts() {
    return folder.resolve("prompts-validation.jsonl");
  }

  /** {@code prompt}: for the final score; item and place of each never met in any other file. */
  public Path prompts() {
    return folder.resolve("prompts.jsonl");
  }

  /**
   * Writes all files and the tokenizer into the folder, which exists.
   *
   * @throws dev.plumbline.lm.PlumblineException if one cannot be written
   */
  public void write(Sizes sizes, long seed) {
    ErrandTask task = new ErrandTask(seed);
    List<Pair> pairs = task.pairs(Split.TRAIN, sizes.pairs(), Labels.PREFERENCE);
    rows(demonstrations(), task.demonstrations(Split.TRAIN, sizes.demonstrations()));
    rows(pairs(), pairs);
    rows(courtesyPairs(), task.pairs(Split.TRAIN, sizes.pairs(), Labels.COURTESY));
    rows(brevityPairs(), task.pairs(Split.TRAIN, sizes.pairs(), Labels.BREVITY));
    rows(shuffledPairs(), task.pairs(Split.TRAIN, sizes.pairs(), Labels.SHUFFLED));
    rows(chosen(), pairs.stream().map(Pair::chosenOnly).toList());
    prompts(validationPrompts(), task.prompts(Split.VALIDATION, sizes.prompts()));
    prompts(prompts(), task.prompts(Split.TEST, sizes.prompts()));
    ErrandTokenizer.write(folder);
  }

  private static void prompts(Path file, List<String> prompts) {
    rows(file, prompts.stream().map(prompt -> Map.of("prompt", prompt)).toList());
  }

  private static void rows(Path file, List<?> rows) {
    WholeFiles.write(
        file,
        temporary -> {
          try (BufferedWriter lines = Files.newBufferedWriter(temporary)) {
            for (Object row : rows) {
              lines.write(JSON.writeValueAsString(row));
              lines.write('\n');
            }
          }
        });
  }
}
