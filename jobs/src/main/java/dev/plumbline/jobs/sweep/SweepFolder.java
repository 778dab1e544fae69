package dev.plumbline.jobs.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.plumbline.eval.sweep.PolicyScores;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.train.config.Changes;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files of a sweep: {@code sweep.yaml} (what was asked for), {@code runs/NAME/seed-N/} (run
 * folders), {@code soups/NAME/seed-N/} (models), {@code references/} (reference log-probs), {@code
 * evaluations/NAME/seed-N.json}.
 *
 * @param path the folder
 */
record SweepFolder(Path path) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** What the reference's own evaluation is called. */
  static final String REFERENCE = "reference";

  /**
   * What was measured.
   *
   * @param with hashes of what it was measured with
   */
  private record Evaluation(Map<String, String> with, PolicyScores scores) {}

  /**
   * Makes the folder, or checks that a sweep can go on in it.
   *
   * @param config what is asked for
   * @throws UsageException if there is a folder, or none to resume, or it was another sweep; names
   *     what changed
   */
  void begin(Map<String, Object> config, boolean resume) {
    Path file = path.resolve("sweep.yaml");
    if (resume) {
      if (!Files.exists(file)) {
        throw new UsageException(
            "%s holds no sweep to resume; leave out --resume, or name the folder of a sweep"
                .formatted(path));
      }
      Changes.first(Settings.ofYaml(file).values(), config, Set.of()).ifPresent(this::refuse);
      return;
    }
    requireFree();
    WholeFiles.makeFolder(path.toAbsolutePath().getParent(), "--output");
    WholeFiles.writeFolder(
        path,
        temporary -> {
          Files.writeString(temporary.resolve("sweep.yaml"), Options.toYaml(config));
          Files.createDirectory(temporary.resolve("references"));
        });
  }

  private void refuse(String change) {
    throw new UsageException(
        "cannot resume %s: %s; put it back, or start a new sweep".formatted(path, change));
  }

  /** Refuses a folder that is there. */
  void requireFree() {
    if (Files.exists(path)) {
      throw new UsageException(
          "%s exists already; --resume goes on with the sweep in it, or choose another --output"
              .formatted(path));
    }
  }

  void delete() {
    WholeFiles.delete(path);
  }

  Path references() {
    return path.resolve("references");
  }

  Path run(String name, long seed) {
    return path.resolve("runs").resolve(name).resolve("seed-" + seed);
  }

  Path soup(String name, long seed) {
    return path.resolve("soups").resolve(name).resolve("seed-" + seed);
  }

  private Path evaluation(String name, long seed) {
    Path all = path.resolve("evaluations");
    return name.equals(REFERENCE)
        ? all.resolve(REFERENCE + ".json")
        : all.resolve(name).resolve("seed-" + seed + ".json");
  }

  /**
   * What was measured before.
   *
   * @param with hashes of what it shall have been measured with
   * @throws UsageException if that was other; names it
   */
  Optional<PolicyScores> scores(String name, long seed, Map<String, String> with) {
    Path file = evaluation(name, seed);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Evaluation found = JSON.readValue(file.toFile(), Evaluation.class);
      Changes.first(found.with, with, Set.of()).ifPresent(this::refuse);
      return Optional.of(found.scores);
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot read %s: %s; delete it to measure again".formatted(file, e.getMessage()), e);
    }
  }

  void write(String name, long seed, Map<String, String> with, PolicyScores scores) {
    Path file = evaluation(name, seed);
    WholeFiles.makeFolder(file.getParent(), "--output");
    try {
      WholeFiles.write(file, JSON.writeValueAsString(new Evaluation(with, scores)) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
