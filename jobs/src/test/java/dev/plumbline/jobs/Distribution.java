package dev.plumbline.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged distribution, run as users run it: in processes of its own. */
final class Distribution {
  private static final Path HOME =
      Path.of(System.getProperty("plumbline.distribution", "target/plumbline")).toAbsolutePath();

  private Distribution() {}

  /**
   * What a process did.
   *
   * @param code its exit code
   * @param out what it wrote to stdout
   * @param err what it wrote to stderr
   */
  record Ended(int code, String out, String err) {}

  /** A file of the distribution. */
  static Path file(String name) {
    return HOME.resolve(name);
  }

  /** Runs {@code plumbline} in a folder to its end. */
  static Ended plumbline(Path folder, Object... arguments) throws Exception {
    return run(folder, file("bin/plumbline"), arguments);
  }

  /** Runs {@code spark-submit} in a folder to its end. */
  static Ended sparkSubmit(Path folder, Object... arguments) throws Exception {
    return run(folder, file("spark/bin/spark-submit"), arguments);
  }

  private static Ended run(Path folder, Path program, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("OMP_NUM_THREADS", "1");
    Process process = builder.start();
    if (!process.waitFor(20, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException(command + " did not end in time; it said " + Files.readString(err));
    }
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
