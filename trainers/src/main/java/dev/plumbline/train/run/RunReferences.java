package dev.plumbline.train.run;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.train.loop.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reference log-probs of a run: those in the data where their key is this run's, else those of a
 * file, else computed and kept in that file.
 *
 * @param reference the frozen model
 * @param key what decides this run's reference log-probs
 * @param inData what decided those in the rows, where they have any
 * @param file where they are kept
 * @param rowsHash hash of the rows
 * @param batchSize pairs run at a time
 */
record RunReferences(
    Policy reference,
    ReferenceKey key,
    Optional<ReferenceKey> inData,
    Path file,
    String rowsHash,
    int batchSize,
    Progress.Mode progress)
    implements References {

  @Override
  public List<PairRow> fill(List<PairRow> rows) {
    if (rows.stream().anyMatch(RunReferences::isFilled)) {
      requireSameKey();
      if (rows.stream().allMatch(RunReferences::isFilled)) {
        return rows;
      }
    }
    ReferenceCache cache = new ReferenceCache(file, key, rowsHash);
    try (Progress bar = Progress.start(progress, "reference", "pairs", rows.size(), 0)) {
      return cache.fill(rows, reference, batchSize, done -> bar.advance(done, ""));
    }
  }

  private static boolean isFilled(PairRow row) {
    return !Double.isNaN(row.refChosen()) && !Double.isNaN(row.refRejected());
  }

  private void requireSameKey() {
    ReferenceKey found =
        inData.orElseThrow(
            () ->
                new PlumblineException(
                    "the data hold reference log-probs, but not what decided them; prepare the data again"));
    ReferenceKey.difference(found, key)
        .ifPresent(
            difference -> {
              throw new PlumblineException(
                  "stale reference log-probs in the data: %s; prepare the data again for this model"
                      .formatted(difference));
            });
  }
}
