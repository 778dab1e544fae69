package dev.plumbline.train.run;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.loop.Progress;
import dev.plumbline.train.loop.TrainerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reference log-probs of a run: those in the data where their key is this run's, else those of a
 * file, else computed and kept in that file.
 *
 * @param model folder of the model that is trained
 * @param policy that model, not moved yet
 * @param key what decides log-probs under that model
 * @param device where another reference runs
 * @param inData what decided the log-probs in the rows, where they have any
 * @param rowsHash hash of the rows
 */
record RunReferences(
    Path model,
    DecoderPolicy policy,
    ReferenceKey key,
    ComputeDevice device,
    Optional<ReferenceKey> inData,
    String rowsHash) {

  /**
   * The pairs with their reference log-probs.
   *
   * @param file where they are kept, unless the options name another
   */
  List<PairRow> fill(List<PairRow> pairs, Options options, Path file) {
    Optional<Path> other = options.get(ReferenceOptions.class).refModelNameOrPath();
    if (other.isEmpty()) {
      return fill(pairs, policy, key, options, file);
    }
    if (ModelFolder.config(other.get()).vocabularySize() != policy.config().vocabularySize()) {
      throw new PlumblineException(
          "the reference %s has another vocabulary than %s; name a model with the same tokenizer"
              .formatted(other.get(), model));
    }
    try (DecoderPolicy reference = DecoderPolicy.load(other.get(), device)) {
      return fill(pairs, reference, key.of(reference.weightsHash()), options, file);
    }
  }

  private List<PairRow> fill(
      List<PairRow> pairs,
      DecoderPolicy reference,
      ReferenceKey itsKey,
      Options options,
      Path file) {
    if (pairs.stream().anyMatch(RunReferences::isFilled)) {
      requireInData(itsKey);
      if (pairs.stream().allMatch(RunReferences::isFilled)) {
        return pairs;
      }
    }
    ReferenceOptions chosen = options.get(ReferenceOptions.class);
    int batchSize =
        chosen.precomputeRefBatchSize() > 0
            ? chosen.precomputeRefBatchSize()
            : options.get(TrainerOptions.class).perDeviceTrainBatchSize();
    ReferenceCache cache =
        new ReferenceCache(chosen.referenceCache().orElse(file), itsKey, rowsHash);
    Progress.Mode mode = options.get(RunOptions.class).progress();
    try (Progress bar = Progress.start(mode, "reference", "pairs", pairs.size(), 0)) {
      return cache.fill(pairs, reference, batchSize, done -> bar.advance(done, ""));
    }
  }

  private static boolean isFilled(PairRow row) {
    return !Double.isNaN(row.refChosen()) && !Double.isNaN(row.refRejected());
  }

  private void requireInData(ReferenceKey wanted) {
    ReferenceKey found =
        inData.orElseThrow(
            () ->
                new PlumblineException(
                    "the data hold reference log-probs, but not what decided them; prepare the data again"));
    ReferenceKey.difference(found, wanted)
        .ifPresent(
            difference -> {
              throw new PlumblineException(
                  "stale reference log-probs in the data: %s; prepare the data again for this model"
                      .formatted(difference));
            });
  }
}
