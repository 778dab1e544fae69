package dev.plumbline.train.run;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.health.AlarmRecord;
import dev.plumbline.train.health.Health;
import dev.plumbline.train.loop.Companion;
import dev.plumbline.train.loop.Trainer;
import dev.plumbline.train.loop.TrainerOptions;
import dev.plumbline.train.loop.TrainingHook;
import dev.plumbline.train.track.TrackOptions;
import dev.plumbline.train.track.Tracking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
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
 * dropped.jsonl} (rows that are too long), what {@code report_to} asks for, {@code
 * checkpoints/step-N/} and, at the end, {@code model/}, a Hugging Face folder.
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
  private final Path model;
  private final RunFolder folder;
  private final ComputeDevice device;
  private final List<TrainingHook> hooks = new ArrayList<>();
  private Optional<Path> keptData = Optional.empty();
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
    this.model = run.requiredModel();
    this.folder = new RunFolder(run.requiredOutput());
    this.device = ComputeDevice.parse(run.device());
  }

  /** Adds somebody who looks on during training. */
  public TrainingRun<R> hook(TrainingHook hook) {
    hooks.add(hook);
    return this;
  }

  /**
   * Moves a folder of prepared data into the run folder when that is made, as {@code data/}: for
   * callers who prepared it for this run alone.
   *
   * @param prepared a folder on the file system of the run folder
   */
  public TrainingRun<R> keepData(Path prepared) {
    keptData = Optional.of(prepared);
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
    requireFree(folder.path());
    return run(false);
  }

  /**
   * Refuses a run folder that is there, for callers with work to do before they start a run.
   *
   * @throws UsageException if it exists
   */
  public static void requireFree(Path folder) {
    if (Files.exists(folder)) {
      throw new UsageException(
          "%s exists already; --resume goes on with the run in it, or choose another output_dir"
              .formatted(folder));
    }
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

  /**
   * Checks, without training, that options, data and model go together: for callers with work to do
   * before.
   *
   * @throws UsageException if an option needs an evaluation set and there is none
   * @throws PlumblineException if the model is not there, or the data are of another tokenizer
   */
  public void requireUsable() {
    ModelFolder.config(model);
    refuseWhatNeedsEvaluation();
    requireTokenizer();
  }

  private Result run(boolean resume) {
    requireUsable();
    PreparedData<R> prepared =
        PreparedData.of(data, RowShape.of(method.rowType()), run, ModelFolder.config(model));
    Map<String, Object> config = TrainingConfig.written(method, options);
    try (DecoderPolicy policy = DecoderPolicy.load(model, device)) {
      ReferenceKey key = ReferenceKey.of(model, policy.weightsHash(), prepared.maxLength());
      Map<String, Object> manifest = manifest(key, prepared);
      if (resume) {
        folder.requireSame(config, manifest);
        Map<String, Object> recorded = folder.readManifest();
        if (recorded.containsKey(RunFolder.RESULT)) {
          LOG.info("{} is finished already", folder.path());
          return new Result(folder.path(), folder.model(), recorded);
        }
      }
      RunHealth<R> health =
          new RunHealth<>(method, options, prepared, policy.config().maxPositions());
      Tracking tracking =
          Tracking.of(
              options.get(TrackOptions.class), new Tracking.Run(folder.path(), config, resume));
      if (!resume) {
        folder.create(config, manifest, prepared.dropped(), keptData);
      }
      folder.beginSession(run.device());
      prepared.report();
      References references = references(prepared, policy, key);
      PreparedData<R> rows = known(prepared, references, resume);
      try (tracking;
          health) {
        Health alarms = health.begin(rows.training().rows(), policy, model, device);
        train(policy, references, rows, manifest, List.of(alarms, tracking));
        tracking.finished();
      }
      folder.endSession();
      return new Result(folder.path(), folder.model(), manifest);
    }
  }

  private RunReferences references(
      PreparedData<R> prepared, DecoderPolicy policy, ReferenceKey key) {
    return new RunReferences(
        model,
        policy,
        key,
        device,
        data.referenceKey(),
        prepared.hash(),
        options,
        folder.references());
  }

  /** The rows with what the method must know of them, such as reference log-probs. */
  private PreparedData<R> known(PreparedData<R> prepared, References references, boolean resume) {
    try {
      return prepared.with(method.prepare(prepared.all(), references, options));
    } catch (PlumblineException failure) {
      if (!resume) {
        WholeFiles.delete(folder.path()); // Nothing is in it yet that somebody would miss.
      }
      throw failure;
    }
  }

  private void train(
      DecoderPolicy policy,
      References references,
      PreparedData<R> rows,
      Map<String, Object> manifest,
      List<TrainingHook> ours) {
    Trainer.Outcome outcome;
    try (Companion<R> companion = method.companion(references, options)) {
      Trainer<R> trainer =
          new Trainer<>(watch.apply(policy), method.recipe(options), loop)
              .companion(companion)
              .evaluating(rows.evaluation().rows())
              .into(folder.path())
              .progress(run.progress());
      ours.forEach(trainer::hook);
      hooks.forEach(trainer::hook);
      outcome = trainer.train(rows.training().rows());
    }
    // A kill may have left a model without the manifest's result.
    WholeFiles.delete(folder.model());
    policy.save(folder.model(), model);
    method
        .rewardBeta(options)
        .ifPresent(
            beta -> new ImplicitReward(beta, references.weightsHash()).write(folder.model()));
    manifest.put(RunFolder.RESULT, result(outcome, policy));
    folder.writeManifest(manifest);
  }

  private void refuseWhatNeedsEvaluation() {
    if (!data.evaluation().isEmpty()) {
      return;
    }
    String because = "there is no evaluation set";
    String remedy = "remove it, or add eval_data";
    if (!RunHealth.isPartOf(method, options) && hooks.stream().noneMatch(TrainingHook::evaluates)) {
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

  private Map<String, Object> manifest(ReferenceKey key, PreparedData<R> prepared) {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("method", method.name());
    Map<String, Object> source = new LinkedHashMap<>();
    source.put("weights_sha256", key.weights());
    source.put("tokenizer_sha256", key.tokenizer());
    source.put("template_sha256", key.template());
    manifest.put("model", source);
    manifest.putAll(prepared.summary());
    if (!data.provenance().isEmpty()) {
      manifest.put("provenance", new TreeMap<>(data.provenance()));
    }
    return manifest;
  }

  private Map<String, Object> result(Trainer.Outcome outcome, Policy policy) {
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
    SortedMap<String, Map<String, Object>> alarms = AlarmRecord.of(folder.metrics());
    if (outcome.hardlyMoved()) {
      alarms.put("hardly_moved", Map.of());
    }
    if (!alarms.isEmpty()) {
      result.put("alarms", alarms);
    }
    return result;
  }
}
