package dev.plumbline.train.loop;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows on stderr how far a task is. */
public interface Progress extends AutoCloseable {

  /** How progress is shown. */
  enum Mode {
    /** A bar where stderr is a terminal, else lines. */
    AUTO,
    BAR,
    /** A plain line now and then, for logs. */
    LINES,
    NONE
  }

  /**
   * Shows that more is done.
   *
   * @param done units done in all
   * @param message what to show beside them
   */
  void advance(long done, String message);

  @Override
  void close();

  /**
   * Begins to show a task.
   *
   * @param task its name
   * @param unit what is counted, in the plural
   * @param total units in all
   * @param done units done already, by an earlier run
   */
  static Progress start(Mode mode, String task, String unit, long total, long done) {
    return switch (mode == Mode.AUTO ? (isTerminal() ? Mode.BAR : Mode.LINES) : mode) {
      case BAR -> new Bar(task, unit, total, done);
      case LINES -> new Lines(System.err, task, unit, total, done, System.nanoTime());
      default -> new None();
    };
  }

  /** Whether stderr is a terminal; no on platforms that do not tell. */
  private static boolean isTerminal() {
    try {
      String stderr = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return stderr.startsWith("/dev/pts/") || stderr.startsWith("/dev/tty");
    } catch (IOException | RuntimeException noProc) {
      return false;
    }
  }

  /** A bar that is drawn over itself. */
  final class Bar implements Progress {
    private final ProgressBar bar;

    private Bar(String task, String unit, long total, long done) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setUnit(" " + unit, 1)
              .setInitialMax(total)
              .startsFrom(done, Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(250)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }

    @Override
    public void advance(long done, String message) {
      bar.stepTo(done);
      bar.setExtraMessage(" " + message);
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** A line at the start, at the end, and every ten seconds between. */
  final class Lines implements Progress {
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final PrintStream out;
    private final String task;
    private final String unit;
    private final long total;
    private final long before;
    private final long start;
    private long printed;

    Lines(PrintStream out, String task, String unit, long total, long done, long start) {
      this.out = out;
      this.task = task;
      this.unit = unit;
      this.total = total;
      this.before = done;
      this.start = start;
      this.printed = start - INTERVAL_NANOS;
    }

    @Override
    public void advance(long done, String message) {
      long now = System.nanoTime();
      if (now - printed >= INTERVAL_NANOS || done >= total) {
        printed = now;
        long left = (long) ((double) (now - start) / Math.max(1, done - before) * (total - done));
        out.printf(
            Locale.ROOT,
            "%s: %d of %d %s%s, %s left%n",
            task,
            done,
            total,
            unit,
            message.isEmpty() ? "" : ", " + message,
            clock(Duration.ofNanos(left)));
      }
    }

    private static String clock(Duration time) {
      return String.format(
          Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }

    @Override
    public void close() {
      out.flush();
    }
  }

  /** Nothing. */
  final class None implements Progress {
    private None() {}

    @Override
    public void advance(long done, String message) {}

    @Override
    public void close() {}
  }
}
