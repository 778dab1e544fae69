package dev.plumbline.train.run;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.policy.TokenStatistic;
import dev.plumbline.lm.policy.Update;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.train.loop.TrainingHook;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A run in a JVM of its own, so that a test can kill it. Arguments: the run folder; {@code start}
 * or {@code resume}; {@code through}, {@code step:N} or {@code snapshot:N}: run through, or hang
 * after the metrics of step N, or in the middle of writing the Nth checkpoint.
 */
final class ChildRun {
  private ChildRun() {}

  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    Path marker = marker(folder);
    String[] until = arguments[2].split(":", -1);
    try {
      TrainingRun<?> run = Runs.dpo(Runs.flags(folder), Runs.data());
      if (until[0].equals("step")) {
        run.hook(
            new TrainingHook() {
              @Override
              public void logged(Map<String, Object> line) {
                if (line.get("step").equals(Long.valueOf(until[1])) && line.containsKey("loss")) {
                  hang(marker);
                }
              }
            });
      } else if (until[0].equals("snapshot")) {
        run.watch(policy -> new HangingPolicy(policy, Integer.parseInt(until[1]), marker));
      }
      if (arguments[1].equals("start")) {
        run.start();
      } else {
        run.resume();
      }
    } catch (PlumblineException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /** The file by which a child tells that it hangs. */
  static Path marker(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".hangs");
  }

  private static void hang(Path marker) {
    try {
      Files.createFile(marker);
      Thread.sleep(TimeUnit.HOURS.toMillis(1));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts a child; what it prints goes to a file beside the run folder. */
  static Process start(Path folder, String how, String until, String... before) throws IOException {
    List<String> command = new ArrayList<>(List.of(before));
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.offline=true",
            "-Dai.djl.pytorch.num_threads=1",
            "-Dai.djl.pytorch.num_interop_threads=1",
            "-D" + Golden.UNPACKED + "=" + Golden.root(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            ChildRun.class.getName(),
            folder.toString(),
            how,
            until));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output(folder).toFile())
        .start();
  }

  static Path output(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".out");
  }

  /** A policy that writes half a snapshot and hangs. */
  private static final class HangingPolicy implements Policy {
    private final Policy policy;
    private final Path marker;
    private int left;

    HangingPolicy(Policy policy, int snapshots, Path marker) {
      this.policy = policy;
      this.left = snapshots;
      this.marker = marker;
    }

    @Override
    public void snapshot(Path folder) throws IOException {
      policy.snapshot(folder);
      if (--left == 0) {
        try (RandomAccessFile weights =
            new RandomAccessFile(folder.resolve("weights.safetensors").toFile(), "rw")) {
          weights.setLength(weights.length() / 2);
        }
        hang(marker);
      }
    }

    @Override
    public void restore(Path folder) throws IOException {
      policy.restore(folder);
    }

    @Override
    public LogProbs logProbs(Batch batch, Set<TokenStatistic> statistics) {
      return policy.logProbs(batch, statistics);
    }

    @Override
    public Forward forward(Batch batch, Set<TokenStatistic> statistics) {
      return policy.forward(batch, statistics);
    }

    @Override
    public double gradientNorm() {
      return policy.gradientNorm();
    }

    @Override
    public void update(Update update) {
      policy.update(update);
    }

    @Override
    public void blend(Policy other, double share) {
      policy.blend(other, share);
    }

    @Override
    public void discardGradient() {
      policy.discardGradient();
    }

    @Override
    public List<List<Sample>> sample(List<int[]> prompts, SamplingSettings settings, long seed) {
      return policy.sample(prompts, settings, seed);
    }

    @Override
    public String weightsHash() {
      return policy.weightsHash();
    }

    @Override
    public String optimizerHash() {
      return policy.optimizerHash();
    }

    @Override
    public void close() {
      policy.close();
    }
  }
}
