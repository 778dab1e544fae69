package dev.plumbline.jobs.command;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.read.PreparedFolder;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.io.WholeFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Files of raw rows that a training is given instead of prepared folders: they are prepared for
 * this run alone, beside the run folder, which takes them in when it is made. A run that is resumed
 * finds them there.
 */
final class RawData {
  private final Path model;
  private final Path run;
  private final boolean resume;
  private boolean prepared;

  /**
   * @param model whose tokenizer makes the token ids
   * @param run the run folder
   * @param resume whether it is there
   */
  RawData(Path model, Path run, boolean resume) {
    this.model = model;
    this.run = run;
    this.resume = resume;
  }

  /**
   * The prepared folders of some data: themselves, or one made of the raw files.
   *
   * @param use a name for the made one: {@code train}
   * @throws UsageException if prepared folders and raw files are mixed, or a file is not there
   */
  List<Path> prepare(List<Path> data, String use) {
    List<Path> folders = data.stream().filter(PreparedFolder::isOne).toList();
    if (folders.size() == data.size()) {
      return folders;
    }
    if (!folders.isEmpty()) {
      throw new UsageException(
          "%s is a prepared folder, other data are not; prepare all of them, or none"
              .formatted(folders.get(0)));
    }
    for (Path file : data) {
      if (!Files.isRegularFile(file)) {
        throw new UsageException(
            "%s is %s; expected a folder that prepare wrote, or a file of raw rows"
                .formatted(file, Files.exists(file) ? "no such folder" : "not there"));
      }
    }
    Path kept = run.resolve("data").resolve(use);
    if (resume && PreparedFolder.isOne(kept)) {
      requireSame(PreparedFolder.open(kept).manifest(), data);
      return List.of(kept);
    }
    return List.of(prepareNow(data, folder().resolve(use)));
  }

  /** What was prepared now, for the run folder to take in. */
  Optional<Path> made() {
    return prepared ? Optional.of(folder()) : Optional.empty();
  }

  /** Removes what was prepared now and not taken in, because the run did not come about. */
  void discard() {
    if (prepared) {
      WholeFiles.delete(folder());
    }
  }

  private Path folder() {
    return run.resolveSibling("." + run.toAbsolutePath().getFileName() + ".data");
  }

  private Path prepareNow(List<Path> files, Path output) {
    if (!prepared) {
      WholeFiles.delete(folder()); // What a killed run left.
      prepared = true;
    }
    List<String> arguments = new ArrayList<>(List.of("prepare"));
    files.forEach(file -> arguments.addAll(List.of("--input", file.toString())));
    arguments.addAll(
        List.of(
            "--output", output.toString(), "--tokenizer", model.toString(), "--max-length", "0"));
    // A process of its own: Spark's memory goes when it ends.
    Launcher.run(arguments);
    return output;
  }

  private static void requireSame(Manifest manifest, List<Path> files) {
    List<String> was = manifest.inputs().stream().map(Manifest.Input::sha256).toList();
    List<String> is = files.stream().map(Hashes::ofInput).toList();
    if (!was.equals(is)) {
      throw new UsageException(
          "cannot resume: the raw data %s are not those that the run was started with; put them back, or start a new run"
              .formatted(files));
    }
  }
}
