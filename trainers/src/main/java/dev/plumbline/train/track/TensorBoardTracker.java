package dev.plumbline.train.track;

import dev.plumbline.train.config.Options;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes TensorBoard's event files, one a session. Scalars have the tags that transformers gives
 * them: {@code eval_loss} is {@code eval/loss}, all that has no {@code eval_} is below {@code
 * train/}.
 */
final class TensorBoardTracker implements Tracker {
  private static final double MILLIS = 1e3;
  private static final String EVALUATION = "eval_";

  /** Fields of tensorflow's {@code event.proto} and {@code summary.proto}. */
  private static final int WALL_TIME = 1;

  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  private static final int SESSION_STATUS = 1;
  private static final long SESSION_START = 1;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;

  private final Path folder;
  private final Tracking.Run run;
  private EventFile file;

  TensorBoardTracker(TrackOptions options, Tracking.Run run) {
    this.folder = options.loggingDir().orElseGet(() -> run.folder().resolve("tensorboard"));
    this.run = run;
  }

  @Override
  public void begin(long step) {
    file = new EventFile(folder, System.currentTimeMillis() / 1000);
    file.append(event().add(FILE_VERSION, "brain.Event:2").bytes());
    if (run.resumed()) {
      // A start of a session makes TensorBoard forget all events of that step and later ones.
      ProtoMessage start = new ProtoMessage().add(SESSION_STATUS, SESSION_START);
      file.append(event().add(STEP, step + 1).add(SESSION_LOG, start).bytes());
    }
    ProtoMessage config =
        text("config", "    " + Options.toYaml(run.config()).replace("\n", "\n    "));
    summary(step, new ProtoMessage().add(VALUE, config));
  }

  @Override
  public void logged(long step, Map<String, Double> metrics) {
    ProtoMessage summary = new ProtoMessage();
    metrics.forEach(
        (name, value) ->
            summary.add(
                VALUE,
                new ProtoMessage().add(TAG, tag(name)).add(SIMPLE_VALUE, value.floatValue())));
    summary(step, summary);
  }

  private void summary(long step, ProtoMessage summary) {
    file.append(event().add(STEP, step).add(SUMMARY, summary).bytes());
  }

  private static ProtoMessage event() {
    return new ProtoMessage().add(WALL_TIME, System.currentTimeMillis() / MILLIS);
  }

  private static String tag(String name) {
    return name.startsWith(EVALUATION)
        ? "eval/" + name.substring(EVALUATION.length())
        : "train/" + name;
  }

  /** A value of the text plugin: a tensor of one string, in Markdown. */
  private static ProtoMessage text(String name, String markdown) {
    ProtoMessage plugin = new ProtoMessage().add(1, "text");
    ProtoMessage dimension = new ProtoMessage().add(1, 1L);
    ProtoMessage shape = new ProtoMessage().add(2, dimension);
    ProtoMessage tensor = new ProtoMessage().add(1, 7L).add(2, shape).add(8, markdown);
    return new ProtoMessage()
        .add(TAG, name + "/text_summary")
        .add(8, tensor)
        .add(9, new ProtoMessage().add(1, plugin));
  }

  @Override
  public void finished() {}

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
