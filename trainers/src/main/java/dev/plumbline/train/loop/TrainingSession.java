package dev.plumbline.train.loop;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One execution of a {@link Trainer}. */
final class TrainingSession<R> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingSession.class);

  /** Rows whose log-probs show whether the policy moves. */
  private static final int WATCHED_ROWS = 8;

  private final Trainer<R> trainer;
  private final TrainerOptions options;
  private final List<R> rows;
  private final Order order;
  private final long totalSteps;
  private final Steps<R> steps;
  private final Optional<Checkpoints> checkpoints;
  private final Optional<JsonLines> metrics;
  private final Timing timing;
  private TrainerState state = new TrainerState();

  TrainingSession(Trainer<R> trainer, List<R> rows) {
    this.trainer = trainer;
    this.options = trainer.options;
    this.rows = rows;
    this.order = new Order(rows.size(), options);
    this.totalSteps = options.totalSteps(order.stepsPerEpoch());
    this.steps =
        new Steps<>(trainer.policy, trainer.recipe, trainer.companion, options.averaging());
    this.checkpoints =
        trainer.folder.map(
            folder -> new Checkpoints(folder.resolve("checkpoints"), options.saveTotalLimit()));
    this.metrics = trainer.folder.map(folder -> new JsonLines(folder.resolve(Trainer.METRICS)));
    this.timing = new Timing(trainer.folder, trainer.recipe.unit());
  }

  Trainer.Outcome run() {
    begin();
    try (Progress progress =
        Progress.start(trainer.progress, "train", "steps", totalSteps, state.step)) {
      while (!isDone()) {
        step(progress);
      }
    } catch (PlumblineException failure) {
      throw new PlumblineException(failure.getMessage() + lastCheckpoint(), failure);
    }
    return finish();
  }

  /** Starts, or goes on from the newest checkpoint. */
  private void begin() {
    checkpoints.ifPresent(Checkpoints::removePartial);
    OptionalLong latest = checkpoints.map(Checkpoints::latest).orElseGet(OptionalLong::empty);
    if (latest.isPresent()) {
      state =
          checkpoints.orElseThrow().restore(trainer.policy, trainer.companion, latest.getAsLong());
      LOG.info("going on after step {} of {}", state.step, totalSteps);
    } else {
      state.initialLogProbs = watchedLogProbs();
    }
    metrics.ifPresent(file -> file.cutTo(state.metricsBytes));
    timing.begin(state.step);
    trainer.hooks.forEach(hook -> hook.begin(state.step));
  }

  private boolean isDone() {
    return state.step >= totalSteps || stoppedEarly();
  }

  private boolean stoppedEarly() {
    return options.earlyStoppingPatience() > 0
        && state.evaluationsSinceBest >= options.earlyStoppingPatience();
  }

  private void step(Progress progress) {
    Order.Window window = order.window(state.step);
    double rate = options.rate(state.step, totalSteps);
    timing.mark();
    Steps.Step step =
        steps.accumulate(
            window.microBatches().stream()
                .map(numbers -> IntStream.of(numbers).mapToObj(rows::get).toList())
                .toList(),
            state.step + 1);
    trainer.policy.update(options.update(rate, step.gradientNorm()));
    trainer.companion.stepped(trainer.policy, state.step + 1);
    timing.trained(step.rows(), step.tokens());
    state.step++;
    state.tokens += step.tokens();
    state.pendingSteps++;
    state.pendingLoss += step.loss();
    state.pending.add(step.metrics());
    progress.advance(state.step, message(step));
    if (state.step % options.loggingSteps() == 0 || state.step == totalSteps) {
      log(window.epoch(), rate, step.gradientNorm());
    }
    boolean best = evaluationIsDue(window) && evaluate(window.epoch());
    if (stoppedEarly() && state.pendingSteps > 0) {
      log(window.epoch(), rate, step.gradientNorm());
    }
    if (saveIsDue(best)) {
      save();
    }
  }

  private void log(double epoch, double rate, double gradientNorm) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", state.step);
    line.put("epoch", epoch);
    line.put("loss", state.pendingLoss / state.pendingSteps);
    line.put("grad_norm", gradientNorm);
    line.put("learning_rate", rate);
    line.put("num_tokens", state.tokens);
    line.putAll(trainer.recipe.metrics(state.pending.means()));
    addAlarms(line);
    write(line);
    timing.log(state.step);
    state.pendingSteps = 0;
    state.pendingLoss = 0;
    state.pending = new Metrics();
  }

  private boolean evaluationIsDue(Order.Window window) {
    if (trainer.evaluationRows.isEmpty()
        && trainer.hooks.stream().noneMatch(TrainingHook::evaluates)) {
      return false;
    }
    boolean due =
        options.evalSteps() > 0 ? state.step % options.evalSteps() == 0 : window.endsEpoch();
    return due || state.step == totalSteps;
  }

  /** Evaluates. Returns whether the evaluation loss is the lowest so far. */
  private boolean evaluate(double epoch) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", state.step);
    line.put("epoch", epoch);
    int bare = line.size();
    boolean best = false;
    timing.mark();
    if (!trainer.evaluationRows.isEmpty()) {
      SortedMap<String, Double> evaluated =
          steps.evaluate(trainer.evaluationRows, options.perDeviceEvalBatchSize(), state.step);
      line.putAll(evaluated);
      double loss = evaluated.get("eval_loss");
      best = loss < state.bestLoss;
      state.evaluationsSinceBest = best ? 0 : state.evaluationsSinceBest + 1;
      if (best) {
        state.bestLoss = loss;
        state.bestStep = state.step;
      }
    }
    for (TrainingHook hook : trainer.hooks) {
      hook.evaluate(trainer.policy, state.step).forEach((name, value) -> add(line, name, value));
    }
    addAlarms(line);
    timing.evaluated(state.step);
    if (line.size() > bare) {
      write(line);
    }
    return best;
  }

  private static void add(Map<String, Object> line, String name, double value) {
    if (line.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException("two metrics of an evaluation are called " + name);
    }
  }

  private void addAlarms(Map<String, Object> line) {
    SortedMap<String, Double> alarms = new TreeMap<>();
    trainer.hooks.forEach(hook -> alarms.putAll(hook.alarms(line)));
    if (!alarms.isEmpty()) {
      line.put("alarms", alarms);
    }
  }

  private void write(Map<String, Object> line) {
    metrics.ifPresent(file -> file.write(line));
    trainer.hooks.forEach(hook -> hook.logged(line));
  }

  private boolean saveIsDue(boolean best) {
    boolean due = options.saveSteps() > 0 && state.step % options.saveSteps() == 0;
    return due || (best && options.loadBestModelAtEnd());
  }

  private void save() {
    if (checkpoints.isPresent()) {
      timing.mark();
      state.metricsBytes = metrics.orElseThrow().sync();
      checkpoints.get().write(trainer.policy, trainer.companion, state);
      timing.saved(state.step);
    }
  }

  private Trainer.Outcome finish() {
    boolean evaluated = state.bestStep > 0;
    if (options.loadBestModelAtEnd() && evaluated && state.bestStep != state.step) {
      checkpoints.ifPresent(all -> all.restore(trainer.policy, trainer.companion, state.bestStep));
    }
    double moved = moved();
    Trainer.Outcome outcome =
        new Trainer.Outcome(
            state.step,
            state.tokens,
            evaluated ? Optional.of(state.bestStep) : Optional.empty(),
            evaluated ? state.bestLoss : Double.NaN,
            stoppedEarly(),
            moved);
    if (outcome.hardlyMoved()) {
      LOG.warn(
          "the policy hardly moved: the first {} changed by {} nats a token; raise learning_rate or train longer",
          trainer.recipe.unit(),
          fixed("%.1e", moved));
    }
    return outcome;
  }

  private double[] watchedLogProbs() {
    LogProbs logProbs = trainer.policy.logProbs(watched(), Set.of());
    return IntStream.range(0, logProbs.size()).mapToDouble(logProbs::sum).toArray();
  }

  private Batch watched() {
    return trainer.recipe.batch(rows.subList(0, Math.min(WATCHED_ROWS, rows.size())));
  }

  /** Mean absolute change of the watched completions' log-probs since the start, a token. */
  private double moved() {
    double[] now = watchedLogProbs();
    double change = 0;
    for (int i = 0; i < now.length; i++) {
      change += Math.abs(now[i] - state.initialLogProbs[i]);
    }
    int tokens = watched().completions().stream().mapToInt(Batch.Completion::learnedTokens).sum();
    return change / Math.max(1, tokens);
  }

  private String message(Steps.Step step) {
    Map<String, Double> means = trainer.recipe.metrics(step.metrics().means());
    StringBuilder message = new StringBuilder(fixed("loss %.4f", step.loss()));
    show(message, "margin %.3f", means.get("rewards/margins"));
    show(
        message,
        "accuracy %.2f",
        means.getOrDefault("rewards/accuracies", means.get("mean_token_accuracy")));
    return message.append(", ").append(timing.rates()).toString();
  }

  private static void show(StringBuilder message, String format, Double value) {
    if (value != null) {
      message.append(", ").append(fixed(format, value));
    }
  }

  private static String fixed(String format, Object... numbers) {
    return String.format(Locale.ROOT, format, numbers);
  }

  private String lastCheckpoint() {
    return checkpoints
        .flatMap(all -> all.latest().stream().boxed().findFirst().map(all::path))
        .map((Path path) -> "; the last checkpoint is " + path)
        .orElse("");
  }

  @Override
  public void close() {
    metrics.ifPresent(JsonLines::close);
    timing.close();
  }
}
