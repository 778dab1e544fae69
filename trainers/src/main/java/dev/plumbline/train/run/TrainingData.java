package dev.plumbline.train.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of a run, and what is known of them.
 *
 * @param rows to train on
 * @param evaluation to evaluate on; may be empty
 * @param tokenizer hash of the tokenizer that made the token ids, where known: must be the model's
 * @param referenceKey what decided the reference log-probs in the rows, where they have any; see
 *     {@link ReferenceKey}
 * @param provenance where the rows came from, for the manifest: the same data must give the same
 *     text, so no paths or times
 */
public record TrainingData<R>(
    List<R> rows,
    List<R> evaluation,
    Optional<String> tokenizer,
    Optional<ReferenceKey> referenceKey,
    Map<String, String> provenance) {

  public TrainingData {
    rows = List.copyOf(rows);
    evaluation = List.copyOf(evaluation);
    provenance = Map.copyOf(provenance);
  }

  /** Rows of which nothing else is known. */
  public static <R> TrainingData<R> of(List<R> rows, List<R> evaluation) {
    return new TrainingData<>(rows, evaluation, Optional.empty(), Optional.empty(), Map.of());
  }
}
