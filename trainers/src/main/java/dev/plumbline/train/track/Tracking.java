package dev.plumbline.train.track;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.train.loop.TrainingHook;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All the places where a run is shown. */
public final class Tracking implements TrainingHook, AutoCloseable {
  private static final String STEP = "step";

  private final List<Tracker> trackers;
  private final Set<String> shown = new HashSet<>();
  private long shownStep = -1;

  private Tracking(List<Tracker> trackers) {
    this.trackers = trackers;
  }

  /**
   * What trackers are told of a run.
   *
   * @param folder the run folder; need not be there yet
   * @param config every option by key
   * @param resumed whether this session goes on with a run
   */
  public record Run(Path folder, Map<String, Object> config, boolean resumed) {}

  /**
   * Gets the chosen trackers ready, without a trace of the run yet.
   *
   * @throws UsageException if a server is chosen and nothing says where it is
   * @throws PlumblineException if it does not answer
   */
  public static Tracking of(TrackOptions options, Run run) {
    return of(options, run, System.getenv());
  }

  static Tracking of(TrackOptions options, Run run, Map<String, String> environment) {
    return new Tracking(
        options.reportTo().stream()
            .map(
                type ->
                    switch (type) {
                      case TENSORBOARD -> new TensorBoardTracker(options, run);
                      case MLFLOW -> new MlflowTracker(options, run, environment);
                    })
            .toList());
  }

  @Override
  public boolean evaluates() {
    return false;
  }

  @Override
  public void begin(long step) {
    trackers.forEach(tracker -> tracker.begin(step));
  }

  /** Passes on the numbers; what is told twice of a step, such as its epoch, only once. */
  @Override
  public void logged(Map<String, Object> line) {
    long step = (Long) line.get(STEP);
    if (step != shownStep) {
      shown.clear();
      shownStep = step;
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    line.forEach(
        (name, value) -> {
          if (value instanceof Number number && !name.equals(STEP) && shown.add(name)) {
            metrics.put(name, number.doubleValue());
          }
        });
    if (!metrics.isEmpty()) {
      trackers.forEach(tracker -> tracker.logged(step, metrics));
    }
  }

  /** To be called when the run has ended well. */
  public void finished() {
    trackers.forEach(Tracker::finished);
  }

  @Override
  public void close() {
    trackers.forEach(Tracker::close);
  }
}
