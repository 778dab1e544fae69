package dev.plumbline.train.run;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.loop.PairSums;
import dev.plumbline.train.loop.Progress;
import dev.plumbline.train.loop.TrainerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Reference log-probs of a run: those in the data where their key is this run's, else those of a
 * file, else computed and kept in that file.
 */
final class RunReferences implements References {
  private final Path model;
  private final DecoderPolicy policy;
  private final ReferenceKey key;
  private final ComputeDevice device;
  private final Optional<ReferenceKey> inData;
  private final String rowsHash;
  private final Options options;
  private final Path file;

  /** Hash of the reference's weights, once it is known. */
  private Optional<String> weights = Optional.empty();

  /**
   * @param model folder of the model that is trained
   * @param policy that model, not moved yet
   * @param key what decides log-probs under that model
   * @param device where another reference runs
   * @param inData what decided the log-probs in the rows, where they have any
   * @param rowsHash hash of the rows
   * @param options of the run
   * @param file where log-probs are kept, unless the options name another
   */
  RunReferences(
      Path model,
      DecoderPolicy policy,
      ReferenceKey key,
      ComputeDevice device,
      Optional<ReferenceKey> inData,
      String rowsHash,
      Options options,
      Path file) {
    this.model = model;
    this.policy = policy;
    this.key = key;
    this.device = device;
    this.inData = inData;
    this.rowsHash = rowsHash;
    this.options = options;
    this.file = file;
  }

  @Override
  public List<PairRow> fill(List<PairRow> pairs, PairSums sums) {
    return withReference((reference, itsKey) -> fill(pairs, reference, itsKey.of(sums)));
  }

  private <T> T withReference(BiFunction<DecoderPolicy, ReferenceKey, T> use) {
    Optional<Path> other = other();
    if (other.isEmpty()) {
      return use.apply(policy, key);
    }
    try (DecoderPolicy reference = load(other.get())) {
      weights = weights.or(() -> Optional.of(reference.weightsHash()));
      return use.apply(reference, key.of(weights.get()));
    }
  }

  private Path place() {
    return options.get(ReferenceOptions.class).referenceCache().orElse(file);
  }

  /** Log-probs in the data are computed again: no data hold those of mismatches. */
  @Override
  public List<UnpairedRow> fillUnpaired(List<UnpairedRow> rows) {
    List<Asked> asked = rows.stream().map(Asked::of).toList();
    List<double[]> logProbs =
        withReference((reference, itsKey) -> logProbs(asked, reference, itsKey, place()));
    return ReferenceCache.filledUnpaired(rows, logProbs);
  }

  @Override
  public List<PairRow> under(Path other, List<PairRow> pairs) {
    try (DecoderPolicy frozen = load(other)) {
      ReferenceKey itsKey = key.of(frozen.weightsHash());
      return compute(pairs, frozen, itsKey, perModel(itsKey));
    }
  }

  /** A single file is the reference's; other models' log-probs then stay in the run. */
  private Path perModel(ReferenceKey itsKey) {
    return options
        .get(ReferenceOptions.class)
        .referenceCache()
        .filter(Files::isDirectory)
        .orElse(file.resolveSibling("reference-%.8s.jsonl".formatted(itsKey.weights())));
  }

  @Override
  public String weightsHash() {
    return weights.orElseGet(() -> withReference((reference, itsKey) -> itsKey.weights()));
  }

  @Override
  public Policy open() {
    return load(other().orElse(model));
  }

  private Optional<Path> other() {
    return options.get(ReferenceOptions.class).refModelNameOrPath();
  }

  private DecoderPolicy load(Path folder) {
    if (ModelFolder.config(folder).vocabularySize() != policy.config().vocabularySize()) {
      throw new PlumblineException(
          "%s has another vocabulary than %s; name a model with the same tokenizer"
              .formatted(folder, model));
    }
    return DecoderPolicy.load(folder, device);
  }

  private List<PairRow> fill(List<PairRow> pairs, DecoderPolicy reference, ReferenceKey itsKey) {
    if (pairs.stream().anyMatch(RunReferences::isFilled)) {
      requireInData(itsKey);
      if (pairs.stream().allMatch(RunReferences::isFilled)) {
        return pairs;
      }
    }
    return compute(pairs, reference, itsKey, place());
  }

  private List<PairRow> compute(
      List<PairRow> pairs, DecoderPolicy frozen, ReferenceKey itsKey, Path place) {
    List<Asked> asked = pairs.stream().map(Asked::of).toList();
    return ReferenceCache.filled(pairs, logProbs(asked, frozen, itsKey, place));
  }

  private List<double[]> logProbs(
      List<Asked> rows, DecoderPolicy frozen, ReferenceKey itsKey, Path place) {
    int precompute = options.get(ReferenceOptions.class).precomputeRefBatchSize();
    int batchSize =
        precompute > 0 ? precompute : options.get(TrainerOptions.class).perDeviceTrainBatchSize();
    ReferenceCache cache = new ReferenceCache(place, itsKey, rowsHash);
    Progress.Mode mode = options.get(RunOptions.class).progress();
    try (Progress bar = Progress.start(mode, "reference", "rows", rows.size(), 0)) {
      return cache.logProbs(rows, frozen, batchSize, done -> bar.advance(done, ""));
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
