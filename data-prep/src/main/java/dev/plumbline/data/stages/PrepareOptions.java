package dev.plumbline.data.stages;

import dev.plumbline.data.rows.Columns;
import dev.plumbline.data.rows.RowKind;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.text.Truncation;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What to prepare.
 *
 * @param inputs files, folders or patterns, as Hadoop URIs: JSONL or JSON arrays, plain or gzip
 * @param output the folder to write, as a Hadoop URI
 * @param tokenizer the model folder whose tokenizer is used, as a Hadoop URI
 * @param kind the kind of all rows; empty to tell it from their columns
 * @param truncation the longest row, by default {@link #DEFAULT_MAX_LENGTH} tokens of its start
 * @param validationShare share of prompts whose rows are set apart, in [0, 1)
 * @param seed decides which prompts these are
 * @param overwrite whether a prepared folder of that name is replaced
 * @param margins by the name of an objective the oracle whose scores of both answers are added to
 *     each pair
 */
public record PrepareOptions(
    List<String> inputs,
    String output,
    String tokenizer,
    Optional<RowKind> kind,
    Truncation truncation,
    double validationShare,
    long seed,
    boolean overwrite,
    SortedMap<String, String> margins) {

  /** TRL's {@code max_length}. */
  public static final int DEFAULT_MAX_LENGTH = 1024;

  /**
   * @throws UsageException if a value is out of its range
   */
  public PrepareOptions {
    inputs = List.copyOf(inputs);
    if (inputs.isEmpty()) {
      throw new UsageException("no input; name at least one JSON or JSONL file");
    }
    if (!(validationShare >= 0 && validationShare < 1)) {
      throw new UsageException("validation_share is " + validationShare + "; it must be in [0, 1)");
    }
    margins = Collections.unmodifiableSortedMap(new TreeMap<>(margins));
    for (String objective : margins.keySet()) {
      if (Columns.objective(Columns.marginChosen(objective)).isEmpty()) {
        throw new UsageException(
            "margin '%s' cannot be the name of a column; use lower-case letters, digits and underscores"
                .formatted(objective));
      }
    }
  }

  /** Without margins to compute. */
  public PrepareOptions(
      List<String> inputs,
      String output,
      String tokenizer,
      Optional<RowKind> kind,
      Truncation truncation,
      double validationShare,
      long seed,
      boolean overwrite) {
    this(
        inputs,
        output,
        tokenizer,
        kind,
        truncation,
        validationShare,
        seed,
        overwrite,
        Collections.emptySortedMap());
  }

  /** Everything at its default. */
  public static PrepareOptions of(List<String> inputs, String output, String tokenizer) {
    return new PrepareOptions(
        inputs,
        output,
        tokenizer,
        Optional.empty(),
        new Truncation(DEFAULT_MAX_LENGTH, Truncation.Mode.KEEP_START),
        0,
        0,
        false);
  }
}
