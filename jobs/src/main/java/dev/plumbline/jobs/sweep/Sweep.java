package dev.plumbline.jobs.sweep;

import dev.plumbline.eval.sweep.PolicyScores;
import dev.plumbline.eval.sweep.SweepPoint;
import dev.plumbline.eval.sweep.SweepPoint.Failure;
import dev.plumbline.eval.sweep.SweepPoint.SeedScores;
import dev.plumbline.eval.sweep.SweepResult;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.reward.catalog.OracleCatalog;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.RunOptions;
import dev.plumbline.train.run.TrainingData;
import dev.plumbline.train.run.TrainingRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains every point with every seed, one after another, each an ordinary run in a folder of its
 * own, and asks every policy the same.
 */
public final class Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  private final SweepConfig config;
  private final SweepFolder folder;
  private final DataReader reader;
  private final OracleCatalog oracles;
  private final Map<List<Object>, TrainingData<?>> read = new HashMap<>();
  private final Map<String, List<SeedScores>> scores = new LinkedHashMap<>();
  private final List<Failure> failures = new ArrayList<>();

  /**
   * @param folder of the whole sweep
   * @param reader of rows; the same rows are read once
   * @param oracles that the evaluation may name
   */
  public Sweep(SweepConfig config, Path folder, DataReader reader, OracleCatalog oracles) {
    this.config = config;
    this.folder = new SweepFolder(folder);
    this.reader = reader;
    this.oracles = oracles;
  }

  /**
   * Runs what is not done yet. A run or an evaluation that fails is told in the result, and the
   * others go on.
   *
   * @param resume whether the folder is there, with what a stopped sweep has done
   * @throws UsageException if the folder is there without {@code resume}, or the sweep in it was
   *     another, or options and data do not go together
   * @throws PlumblineException if data or reference cannot be used
   */
  public SweepResult run(boolean resume) {
    if (!resume) {
      folder.requireFree();
    }
    config.points().forEach(point -> requireUsable(point, point.method()));
    RunOptions first = options(config.points().get(0), 0).get(RunOptions.class);
    ComputeDevice device = ComputeDevice.parse(first.device());
    try (Evaluator evaluator =
        new Evaluator(config.evaluate(), first.requiredModel(), device, oracles)) {
      folder.begin(config.written(), resume);
      PolicyScores base = base(evaluator, resume);
      for (long seed : config.seeds()) {
        config.points().forEach(point -> attempt(point, seed, evaluator));
        config.soups().forEach(soup -> attempt(soup, seed, evaluator));
      }
      return result(evaluator, base);
    }
  }

  /** Measures the reference first: an evaluation that cannot work is told before the trainings. */
  private PolicyScores base(Evaluator evaluator, boolean resume) {
    try {
      return measured(SweepFolder.REFERENCE, 0, evaluator, evaluator::measureReference);
    } catch (PlumblineException failure) {
      if (!resume) {
        folder.delete(); // Nothing is in it yet.
      }
      throw failure;
    }
  }

  private <R> void requireUsable(Point point, Method<R> method) {
    training(point, method, 0).requireUsable();
  }

  private Options options(Point point, long seed) {
    return point.options(seed, folder.run(point.name(), seed), folder.references());
  }

  private <R> TrainingRun<R> training(Point point, Method<R> method, long seed) {
    Options options = options(point, seed);
    return new TrainingRun<>(method, options, data(method, options.get(RunOptions.class)));
  }

  @SuppressWarnings("unchecked") // The key holds the method, which decides the rows.
  private <R> TrainingData<R> data(Method<R> method, RunOptions run) {
    return (TrainingData<R>)
        read.computeIfAbsent(
            List.of(method, run.data(), run.evalData()),
            any -> reader.read(method, run.data(), run.evalData()));
  }

  private void attempt(Point point, long seed, Evaluator evaluator) {
    attempt(
        point.name(),
        seed,
        evaluator,
        () -> {
          Path run = folder.run(point.name(), seed);
          TrainingRun<?> training = training(point, point.method(), seed);
          return (Files.isDirectory(run) ? training.resume() : training.start()).model();
        });
  }

  private void attempt(Soup soup, long seed, Evaluator evaluator) {
    attempt(
        soup.name(),
        seed,
        evaluator,
        () -> {
          Path target = folder.soup(soup.name(), seed);
          if (!Files.isDirectory(target)) {
            soup.write(target, run -> folder.run(run, seed));
          }
          return target;
        });
  }

  /** Makes a model and measures it, unless it was measured before. */
  private void attempt(String name, long seed, Evaluator evaluator, Supplier<Path> model) {
    LOG.info("{}, seed {}", name, seed);
    try {
      PolicyScores found =
          measured(name, seed, evaluator, () -> evaluator.measure(name, model.get()));
      scores.computeIfAbsent(name, any -> new ArrayList<>()).add(new SeedScores(seed, found));
    } catch (UsageException misuse) {
      throw misuse; // It would be the same for all.
    } catch (PlumblineException failure) {
      LOG.error("{}, seed {} failed: {}", name, seed, failure.getMessage());
      failures.add(new Failure(name, seed, failure.getMessage()));
    }
  }

  private PolicyScores measured(
      String name, long seed, Evaluator evaluator, Supplier<PolicyScores> measure) {
    return folder
        .scores(name, seed, evaluator.hashes())
        .orElseGet(
            () -> {
              PolicyScores found = measure.get();
              folder.write(name, seed, evaluator.hashes(), found);
              return found;
            });
  }

  private SweepResult result(Evaluator evaluator, PolicyScores base) {
    List<SweepPoint> points = new ArrayList<>();
    for (Point point : config.points()) {
      addMeasured(points, point.name(), point.group(), point.settings());
    }
    for (Soup soup : config.soups()) {
      addMeasured(points, soup.name(), "", Map.of("of", soup.of(), "weights", soup.shares()));
    }
    EvaluateOptions options = config.evaluate();
    return new SweepResult(
        options.reference().map(Path::toString).orElse("the start model"),
        options.oracle(),
        options.objectives(),
        evaluator.prompts(),
        options.samples(),
        config.seeds(),
        base,
        points,
        failures,
        options.bootstrap());
  }

  private void addMeasured(
      List<SweepPoint> points, String name, String group, Map<String, Object> settings) {
    if (scores.containsKey(name)) {
      points.add(new SweepPoint(name, group, settings, scores.get(name)));
    }
  }
}
