package dev.plumbline.train.run;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.loop.Trainer;
import dev.plumbline.train.loop.TrainerOptions;
import dev.plumbline.train.loop.TrainingHook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training as people start it: a model folder, rows and options in, a run folder out.
 *
 * <p>The folder holds {@code config.yaml} (every option), {@code manifest.json} (what went in and
 * came out, deterministic), {@code environment.json} (times, machine, versions), {@code
 * metrics.jsonl}, {@code timing.jsonl}, {@code reference.jsonl} (reference log-probs), {@code
 * dropped.jsonl} (rows that are too long), {@code checkpoints/step-N/} and, at the end, {@code
 * model/}, a Hugging Face folder.
 *
 * @param <R> the method's rows
 */
public final class TrainingRun<R> {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final Method<R> method;
  private final Options options;
  private final TrainingData<R> data;
  private final RunOptions run;
  private final TrainerOptions loop;
  private final RowShape<R> shape;
  private final Path model;
  private final RunFolder folder;
  private final ComputeDevice device;
  private final List<TrainingHook> hooks = new ArrayList<>();
  private UnaryOperator<Policy> watch = UnaryOperator.identity();

  /**
   * @param options of the method, read by {@link TrainingConfig}
   * @throws UsageException if the options name no model or no output folder, or one that only means
   *     something with an evaluation set is set without
   */
  public TrainingRun(Method<R> method, Options options, TrainingData<R> data) {
    this.method = method;
    this.options = options;
    this.data = data;
    this.run = options.get(RunOptions.class);
    this.loop = options.get(TrainerOptions.class);
    this.shape = RowShape.of(method.rowType());
    this.model = required(run.modelNameOrPath(), "model_name_or_path");
    this.folder = new RunFolder(required(run.outputDir(), "output_dir"));
    this.device = ComputeDevice.parse(run.device());
  }

  private static Path required(Optional<Path> path, String key) {
    return path.orElseThrow(() -> new UsageException(key + " is not set; expected a path"));
  }

  /** Adds somebody who looks on during training. */
  public TrainingRun<R> hook(TrainingHook hook) {
    hooks.add(hook);
    return this;
  }

  /** Lets a test stand between loop and policy. */
  TrainingRun<R> watch(UnaryOperator<Policy> watch) {
    this.watch = watch;
    return this;
  }

  /**
   * A finished run.
   *
   * @param folder the run folder
   * @param model the trained model, a Hugging Face folder in it
   * @param manifest what {@code manifest.json} says
   */
  public record Result(Path folder, Path model, Map<String, Object> manifest) {}

  /**
   * Starts a run.
   *
   * @throws UsageException if the run folder exists
   * @throws PlumblineException if the model or the data cannot be used, training fails, or the
   *     folder cannot be written
   */
  public Result start() {
    if (Files.exists(folder.path())) {
      throw new UsageException(
          "%s exists already; --resume goes on with the run in it, or choose another output_dir"
              .formatted(folder.path()));
    }
    return run(false);
  }

  /**
   * Goes on with a run that was stopped; does nothing if it was finished.
   *
   * @throws UsageException if there is none, or its options, model or data were others
   * @throws PlumblineException as {@link #start}
   */
  public Result resume() {
    if (!Files.isDirectory(folder.path())) {
      throw new UsageException(
          "%s is not there, so there is no run to resume; leave out --resume"
              .formatted(folder.path()));
    }
    return run(true);
  }

  private Result run(boolean resume) {
    refuseWhatNeedsEvaluation();
    requireTokenizer();
    DecoderConfig decoder = ModelFolder.config(model);
    int maxLength =
        run.maxLength() == 0
            ? decoder.maxPositions()
            : Math.min(run.maxLength(), decoder.maxPositions());
    PreparedRows<R> rows = PreparedRows.of(data.rows(), shape, maxLength, decoder.vocabularySize());
    PreparedRows<R> evaluation =
        PreparedRows.of(data.evaluation(), shape, maxLength, decoder.vocabularySize());
    requireRows("training", rows, maxLength);
    if (evaluation.given() > 0) {
      requireRows("evaluation", evaluation, maxLength);
    }
    try (DecoderPolicy policy = DecoderPolicy.load(model, device)) {
      ReferenceKey key = ReferenceKey.of(model, policy.weightsHash(), maxLength);
      Map<String, Object> config = TrainingConfig.written(method, options);
      Map<String, Object> manifest = manifest(key, rows, evaluation);
      if (resume) {
        folder.requireSame(config, manifest);
        Map<String, Object> recorded = folder.readManifest();
        if (recorded.containsKey(RunFolder.RESULT)) {
          LOG.info("{} is finished already", folder.path());
          return new Result(folder.path(), folder.model(), recorded);
        }
      } else {
        folder.create(config, manifest, dropped(rows, evaluation));
      }
      folder.beginSession(run.device());
      report("training", rows, maxLength);
      report("evaluation", evaluation, maxLength);
      train(policy, prepare(policy, key, rows, evaluation, resume), rows.rows().size(), manifest);
      return new Result(folder.path(), folder.model(), manifest);
    }
  }

  /** Training rows and, after them, evaluation rows, with what the method must know of them. */
  private List<R> prepare(
      DecoderPolicy policy,
      ReferenceKey key,
      PreparedRows<R> rows,
      PreparedRows<R> evaluation,
      boolean resume) {
    List<R> all = new ArrayList<>(rows.rows());
    all.addAll(evaluation.rows());
    String rowsHash = Hashes.of(rows.hash() + evaluation.hash());
    try {
      return method.prepare(all, pairs -> referenced(pairs, policy, key, rowsHash), options);
    } catch (PlumblineException failure) {
      if (!resume) {
        WholeFiles.delete(folder.path()); // Nothing is in it yet that somebody would miss.
      }
      throw failure;
    }
  }

  private void train(
      DecoderPolicy policy, List<R> rows, int trainingRows, Map<String, Object> manifest) {
    Trainer<R> trainer =
        new Trainer<>(watch.apply(policy), method.recipe(options), loop)
            .evaluating(rows.subList(trainingRows, rows.size()))
            .into(folder.path())
            .progress(run.progress());
    hooks.forEach(trainer::hook);
    Trainer.Outcome outcome = trainer.train(rows.subList(0, trainingRows));
    // A kill may have left a model without the manifest's result; it may be an older one's.
    WholeFiles.delete(folder.model());
    policy.save(folder.model(), model);
    manifest.put(RunFolder.RESULT, result(outcome, policy));
    folder.writeManifest(manifest);
    folder.endSession();
  }

  private List<PairRow> referenced(
      List<PairRow> pairs, DecoderPolicy policy, ReferenceKey key, String rowsHash) {
    Optional<Path> other = options.get(ReferenceOptions.class).refModelNameOrPath();
    if (other.isEmpty()) {
      return references(policy, key, rowsHash).fill(pairs);
    }
    if (ModelFolder.config(other.get()).vocabularySize() != policy.config().vocabularySize()) {
      throw new PlumblineException(
          "the reference %s has another vocabulary than %s; name a model with the same tokenizer"
              .formatted(other.get(), model));
    }
    try (DecoderPolicy reference = DecoderPolicy.load(other.get(), device)) {
      ReferenceKey itsKey =
          new ReferenceKey(
              reference.weightsHash(), key.tokenizer(), key.template(), key.maxLength());
      return references(reference, itsKey, rowsHash).fill(pairs);
    }
  }

  private References references(Policy reference, ReferenceKey key, String rowsHash) {
    ReferenceOptions chosen = options.get(ReferenceOptions.class);
    return new RunReferences(
        reference,
        key,
        data.referenceKey(),
        chosen.referenceCache().orElse(folder.references()),
        rowsHash,
        chosen.precomputeRefBatchSize() > 0
            ? chosen.precomputeRefBatchSize()
            : loop.perDeviceTrainBatchSize(),
        run.progress());
  }

  private void refuseWhatNeedsEvaluation() {
    if (!data.evaluation().isEmpty()) {
      return;
    }
    String because = "there is no evaluation set";
    String remedy = "remove it, or add eval_data";
    if (hooks.isEmpty()) {
      options.refuse("eval_steps", because, remedy);
    }
    options.refuse("per_device_eval_batch_size", because, remedy);
    options.refuse("early_stopping_patience", because, remedy);
    options.refuse("load_best_model_at_end", because, remedy);
  }

  private void requireTokenizer() {
    data.tokenizer()
        .ifPresent(
            theirs -> {
              String mine = ReferenceKey.tokenizer(model);
              if (!theirs.equals(mine)) {
                throw new PlumblineException(
                    "the data were prepared with another tokenizer (%s) than that of %s (%s); prepare them with this model's"
                        .formatted(theirs, model, mine));
              }
            });
  }

  private static void requireRows(String what, PreparedRows<?> rows, int maxLength) {
    if (rows.rows().isEmpty()) {
      throw new PlumblineException(
          rows.given() == 0
              ? "the data hold no row to train on"
              : "max_length %d leaves none of %d %s rows: their prompts alone are as long; raise it"
                  .formatted(maxLength, rows.given(), what));
    }
  }

  private static void report(String what, PreparedRows<?> rows, int maxLength) {
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

  private static List<Map<String, Object>> dropped(
      PreparedRows<?> rows, PreparedRows<?> evaluation) {
    List<Map<String, Object>> lines = new ArrayList<>();
    rows.dropped().forEach(row -> lines.add(row.line("train")));
    evaluation.dropped().forEach(row -> lines.add(row.line("evaluation")));
    return lines;
  }

  private Map<String, Object> manifest(
      ReferenceKey key, PreparedRows<R> rows, PreparedRows<R> evaluation) {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("method", method.name());
    Map<String, Object> source = new LinkedHashMap<>();
    source.put("weights_sha256", key.weights());
    source.put("tokenizer_sha256", key.tokenizer());
    source.put("template_sha256", key.template());
    manifest.put("model", source);
    manifest.put("max_length", key.maxLength());
    manifest.put("data", rows.summary());
    if (evaluation.given() > 0) {
      manifest.put("evaluation", evaluation.summary());
    }
    if (!data.provenance().isEmpty()) {
      manifest.put("provenance", new TreeMap<>(data.provenance()));
    }
    return manifest;
  }

  private static Map<String, Object> result(Trainer.Outcome outcome, Policy policy) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("steps", outcome.steps());
    result.put("tokens", outcome.tokens());
    outcome
        .bestStep()
        .ifPresent(
            step -> {
              result.put("best_step", step);
              result.put("best_eval_loss", outcome.bestLoss());
            });
    result.put("stopped_early", outcome.stoppedEarly());
    result.put("moved_nats_per_token", outcome.moved());
    result.put("weights_sha256", policy.weightsHash());
    return result;
  }
}
