import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pairs a second and peak memory of DPO through the launcher that users start, beside an anchor:
 * {@code DpoBenchmark FOLDER ROUNDS [ANCHOR COMMAND...]}. The folder is one that {@link
 * BenchmarkFiles}, {@code plumbline init} and {@code plumbline prepare} have filled; the anchor
 * prints "... N pairs/s ... peak RSS N MiB". Rounds alternate, so that a busy machine slows both.
 */
public final class DpoBenchmark {
  private static final int STEPS = 60;
  private static final int WARM_UP = 10;
  private static final int PAIRS_A_STEP = 8;
  private static final Pattern RATE = Pattern.compile("([0-9.]+) pairs/s");
  private static final Pattern MEMORY = Pattern.compile("peak RSS ([0-9.]+) MiB");

  /** One run's figures. */
  private record Run(double pairsPerSecond, double peakMebibytes) {}

  private DpoBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    List<String> anchor = Arrays.asList(arguments).subList(2, arguments.length);
    List<Run> ours = new ArrayList<>();
    List<Run> theirs = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      ours.add(plumbline(folder, round));
      print("plumbline", ours.get(round));
      if (!anchor.isEmpty()) {
        theirs.add(anchor(anchor));
        print("anchor", theirs.get(round));
      }
    }
    print("plumbline, median", median(ours));
    if (!anchor.isEmpty()) {
      print("anchor, median", median(theirs));
      System.out.printf(
          Locale.ROOT,
          "plumbline / anchor: %.2f times the pairs/s at %.2f times the memory%n",
          median(ours).pairsPerSecond / median(theirs).pairsPerSecond,
          median(ours).peakMebibytes / median(theirs).peakMebibytes);
    }
  }

  private static Run plumbline(Path folder, int round) throws Exception {
    Path output = Files.createTempDirectory("dpo-benchmark").resolve("run" + round);
    List<String> command =
        List.of(
            launcher().toString(),
            "train",
            "dpo",
            "--model",
            folder.resolve("model").toString(),
            "--data",
            folder.resolve("prepared").toString(),
            "--output",
            output.toString(),
            "--lr",
            "1e-4",
            "--batch-size",
            String.valueOf(PAIRS_A_STEP),
            "--max-steps",
            String.valueOf(STEPS),
            "--save-steps",
            "0",
            "--progress",
            "none");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long peakKibibytes = 0;
    while (process.isAlive()) {
      peakKibibytes = Math.max(peakKibibytes, highWaterMark(process.pid()));
      Thread.sleep(50);
    }
    if (process.exitValue() != 0) {
      throw new IOException(command + " ended with exit code " + process.exitValue());
    }
    return new Run(medianRate(output.resolve("timing.jsonl")), peakKibibytes / 1024.0);
  }

  /** The checkout's launcher; it replaces itself by the JVM, so the process is the trainer. */
  private static Path launcher() {
    return Path.of("plumbline").toAbsolutePath();
  }

  private static long highWaterMark(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      // The process has ended between two looks.
    }
    return 0;
  }

  private static double medianRate(Path timing) throws IOException {
    return median(
        Files.readAllLines(timing).stream()
            .map(DpoBenchmark::rate)
            .filter(Double::isFinite)
            .skip(WARM_UP)
            .mapToDouble(Double::doubleValue)
            .toArray());
  }

  private static double rate(String line) {
    try {
      return new ObjectMapper().readTree(line).path("pairs_per_second").asDouble(Double.NaN);
    } catch (IOException e) {
      throw new IllegalStateException(line, e);
    }
  }

  private static Run anchor(List<String> command) throws Exception {
    File output = File.createTempFile("anchor", ".log");
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start()
            .waitFor();
    String text = Files.readString(output.toPath());
    Matcher rate = RATE.matcher(text);
    Matcher memory = MEMORY.matcher(text);
    if (code != 0 || !rate.find() || !memory.find()) {
      throw new IOException("the anchor ended with exit code " + code + ": " + text);
    }
    return new Run(Double.parseDouble(rate.group(1)), Double.parseDouble(memory.group(1)));
  }

  private static Run median(List<Run> runs) {
    return new Run(
        median(runs.stream().mapToDouble(Run::pairsPerSecond).toArray()),
        median(runs.stream().mapToDouble(Run::peakMebibytes).toArray()));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void print(String who, Run run) {
    System.out.printf(
        Locale.ROOT, "%s: %.2f pairs/s, peak RSS %.0f MiB%n", who, run.pairsPerSecond, run.peakMebibytes);
  }
}
