package dev.plumbline.train.run;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.io.Hashes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a run, checked and cut.
 *
 * @param maxLength most tokens of a prompt with its completion
 */
record PreparedData<R>(PreparedRows<R> training, PreparedRows<R> evaluation, int maxLength) {
  private static final Logger LOG = LoggerFactory.getLogger(PreparedData.class);

  /**
   * Checks and cuts.
   *
   * @throws PlumblineException if a row cannot be trained on, or none is left
   */
  static <R> PreparedData<R> of(
      TrainingData<R> data, RowShape<R> shape, RunOptions run, DecoderConfig model) {
    int maxLength = run.longestRow(model.maxPositions());
    PreparedData<R> prepared =
        new PreparedData<>(
            PreparedRows.of(data.rows(), shape, maxLength, model.vocabularySize()),
            PreparedRows.of(data.evaluation(), shape, maxLength, model.vocabularySize()),
            maxLength);
    if (data.rows().isEmpty()) {
      throw new PlumblineException("the data hold no row to train on");
    }
    prepared.requireSomeLeft("training", prepared.training);
    prepared.requireSomeLeft("evaluation", prepared.evaluation);
    return prepared;
  }

  private void requireSomeLeft(String what, PreparedRows<R> rows) {
    if (rows.given() > 0 && rows.rows().isEmpty()) {
      throw new PlumblineException(
          "max_length %d leaves none of %d %s rows: their prompts alone are as long; raise it"
              .formatted(maxLength, rows.given(), what));
    }
  }

  /** Training rows and, after them, evaluation rows. */
  List<R> all() {
    List<R> all = new ArrayList<>(training.rows());
    all.addAll(evaluation.rows());
    return all;
  }

  /** The same with other rows in the place of {@link #all}. */
  PreparedData<R> with(List<R> all) {
    int count = training.rows().size();
    return new PreparedData<>(
        training.with(all.subList(0, count)),
        evaluation.with(all.subList(count, all.size())),
        maxLength);
  }

  /** Hash of all rows as they came. */
  String hash() {
    return Hashes.of(training.hash() + evaluation.hash());
  }

  /** Lines of {@code dropped.jsonl}. */
  List<Map<String, Object>> dropped() {
    List<Map<String, Object>> lines = new ArrayList<>();
    training.dropped().forEach(row -> lines.add(row.line("train")));
    evaluation.dropped().forEach(row -> lines.add(row.line("evaluation")));
    return lines;
  }

  /** What a manifest says of them. */
  Map<String, Object> summary() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("max_length", maxLength);
    summary.put("data", training.summary());
    if (evaluation.given() > 0) {
      summary.put("evaluation", evaluation.summary());
    }
    return summary;
  }

  /** Says what was cut and left out. */
  void report() {
    report("training", training);
    report("evaluation", evaluation);
  }

  private void report(String what, PreparedRows<R> rows) {
    if (rows.cut() > 0) {
      LOG.warn(
          "{} of {} {} rows are longer than {} tokens and lose {} tokens; {} completions lose their end",
          rows.cut(),
          rows.given(),
          what,
          maxLength,
          rows.cutTokens(),
          rows.lostEos());
    }
    if (!rows.dropped().isEmpty()) {
      LOG.warn(
          "{} of {} {} rows are left out: their prompt alone has {} tokens or more; see dropped.jsonl",
          rows.dropped().size(),
          rows.given(),
          what,
          maxLength);
    }
  }
}
