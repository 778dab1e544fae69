package dev.plumbline.jobs.crossvalidation;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.eval.rewards.Folds;
import dev.plumbline.eval.rewards.JudgedPair;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.random.RandomStream;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.loop.Progress;
import dev.plumbline.train.loop.TrainerOptions;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.ReferenceCache;
import dev.plumbline.train.run.ReferenceKey;
import dev.plumbline.train.run.RunOptions;
import dev.plumbline.train.run.TrainingData;
import dev.plumbline.train.run.TrainingRun;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cross-validation of a method over prompts: each fold is held out once, by a training on all
 * others that is an ordinary run in a folder of its own. Every held-out pair counts alike, whatever
 * its weight in training.
 */
public final class CrossValidation {
  private static final Logger LOG = LoggerFactory.getLogger(CrossValidation.class);

  private final Method<PairRow> method;
  private final Function<Path, Options> runOptions;
  private final TrainingData<PairRow> data;
  private final List<PairRow> rows;
  private final List<String> prompts;
  private final Folds folds;
  private final Path model;
  private final RunOptions run;
  private final TrainerOptions loop;
  private final ComputeDevice device;
  private final boolean keepModels;

  /**
   * @param method trains on pairs
   * @param options of all runs
   * @param runOptions the same for the run in a folder
   * @param data all of it, set apart or not, is dealt out
   * @param folds how many
   * @param keepModels whether the trained models stay in their run folders
   * @throws UsageException if there are not as many prompts as folds, or a row is too long
   */
  public CrossValidation(
      Method<PairRow> method,
      Options options,
      Function<Path, Options> runOptions,
      TrainingData<PairRow> data,
      int folds,
      boolean keepModels) {
    this.method = method;
    this.runOptions = runOptions;
    this.data = data;
    this.keepModels = keepModels;
    this.run = options.get(RunOptions.class);
    this.loop = options.get(TrainerOptions.class);
    this.model = run.requiredModel();
    this.device = ComputeDevice.parse(run.device());
    this.rows = Stream.concat(data.rows().stream(), data.evaluation().stream()).toList();
    this.prompts = rows.stream().map(row -> Arrays.toString(row.prompt())).toList();
    long different = prompts.stream().distinct().count();
    if (folds < 2 || folds > different) {
      throw new UsageException(
          "--folds is %d, of %d different prompts; expected 2 or more, and a prompt for each"
              .formatted(folds, different));
    }
    this.folds = new Folds(prompts, folds, loop.seed());
  }

  /** Which labels a training sees. Held-out labels are always the true ones. */
  public enum Labels {
    TRUE("fold"),
    /** A coin a pair: the control, from which nothing can be learnt. */
    SHUFFLED("shuffled");

    private final String folder;

    Labels(String folder) {
      this.folder = folder;
    }
  }

  /**
   * Trains and judges all folds, one after another.
   *
   * @param folder made for the run folders, once model and rows are known to be usable
   * @return every pair as it was judged, in the order of the data
   */
  public List<List<JudgedPair>> run(Path folder, List<Labels> labels) {
    try (DecoderPolicy reference = DecoderPolicy.load(model, device)) {
      int maxLength = run.longestRow(reference.config().maxPositions());
      requireWhole(maxLength);
      ReferenceKey key = ReferenceKey.of(model, reference.weightsHash(), maxLength);
      List<PairRow> filled = logProbs(reference, rows, "reference");
      WholeFiles.makeFolder(folder, "output_dir");
      return labels.stream().map(each -> judge(folder, each, filled, key)).toList();
    }
  }

  /** A run would cut a row; what is judged must be what was trained on. */
  private void requireWhole(int maxLength) {
    for (PairRow row : rows) {
      int tokens = row.prompt().length + Math.max(row.chosen().length, row.rejected().length);
      if (tokens > maxLength) {
        throw new PlumblineException(
            "row %s has %d tokens, more than max_length %d; prepare the data with --max-length %d"
                .formatted(row.id(), tokens, maxLength, maxLength));
      }
    }
  }

  private List<JudgedPair> judge(
      Path folder, Labels labels, List<PairRow> filled, ReferenceKey key) {
    JudgedPair[] judged = new JudgedPair[filled.size()];
    for (int fold = 0; fold < folds.count(); fold++) {
      Path runFolder = folder.resolve(labels.folder + "-" + (fold + 1));
      LOG.info("fold {} of {}: {}", fold + 1, folds.count(), runFolder);
      int[] heldOut = indices(fold, true);
      train(
          runFolder,
          IntStream.of(indices(fold, false)).mapToObj(i -> label(i, filled, labels)).toList(),
          key);
      try (DecoderPolicy policy = DecoderPolicy.load(runFolder.resolve("model"), device)) {
        List<PairRow> rows = IntStream.of(heldOut).mapToObj(filled::get).toList();
        List<PairRow> scored = logProbs(policy, rows, "held out");
        for (int i = 0; i < heldOut.length; i++) {
          judged[heldOut[i]] = judged(prompts.get(heldOut[i]), rows.get(i), scored.get(i));
        }
      }
      if (!keepModels) {
        WholeFiles.delete(runFolder.resolve("model"));
      }
    }
    return List.of(judged);
  }

  private int[] indices(int fold, boolean heldOut) {
    return IntStream.range(0, rows.size())
        .filter(i -> (folds.of(prompts.get(i)) == fold) == heldOut)
        .toArray();
  }

  private void train(Path runFolder, List<PairRow> training, ReferenceKey key) {
    new TrainingRun<>(
            method,
            runOptions.apply(runFolder),
            new TrainingData<>(
                training, List.of(), data.tokenizer(), Optional.of(key), data.provenance()))
        .start();
  }

  private PairRow label(int index, List<PairRow> filled, Labels labels) {
    PairRow row = filled.get(index);
    boolean turned =
        labels == Labels.SHUFFLED
            && new RandomStream(loop.seed(), "shuffled labels", index).chance(0.5);
    return turned ? row.swapped() : row;
  }

  /** The pairs with their log-probs under a policy, as their reference. */
  private List<PairRow> logProbs(DecoderPolicy policy, List<PairRow> pairs, String task) {
    try (Progress bar = Progress.start(run.progress(), task, "pairs", pairs.size(), 0)) {
      return ReferenceCache.compute(
          pairs, policy, loop.perDeviceTrainBatchSize(), done -> bar.advance(done, ""));
    }
  }

  private static JudgedPair judged(String prompt, PairRow before, PairRow after) {
    return new JudgedPair(
        prompt,
        after.refChosen(),
        after.refRejected(),
        before.refChosen(),
        before.refRejected(),
        before.chosen().length,
        before.rejected().length);
  }
}
