package dev.plumbline.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.lm.torch.Torch;
import dev.plumbline.train.config.Changes;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.loop.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files that describe a run, in its folder. */
final class RunFolder {
  /** The manifest's part that a finished run adds. */
  static final String RESULT = "result";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  /** Options that a resumed run may change: where things are, and what is shown. */
  private static final Set<String> FREE =
      Set.of(
          "model_name_or_path",
          "ref_model_name_or_path",
          "data",
          "eval_data",
          "output_dir",
          "reference_cache",
          "progress",
          "report_to",
          "logging_dir",
          "mlflow_tracking_uri",
          "mlflow_experiment",
          "run_name");

  private final Path folder;

  RunFolder(Path folder) {
    this.folder = folder;
  }

  Path path() {
    return folder;
  }

  Path model() {
    return folder.resolve("model");
  }

  Path references() {
    return folder.resolve("reference.jsonl");
  }

  Path metrics() {
    return folder.resolve(Trainer.METRICS);
  }

  private Path config() {
    return folder.resolve("config.yaml");
  }

  private Path manifest() {
    return folder.resolve("manifest.json");
  }

  private Path environment() {
    return folder.resolve("environment.json");
  }

  /**
   * Makes the folder, whole: with its config, its manifest, the rows that are left out, and data
   * that are moved into it.
   */
  void create(
      Map<String, Object> config,
      Map<String, Object> manifest,
      List<Map<String, Object>> dropped,
      Optional<Path> data) {
    Path parent = folder.toAbsolutePath().getParent();
    WholeFiles.makeFolder(parent, "output_dir");
    WholeFiles.writeFolder(
        folder,
        temporary -> {
          Files.writeString(temporary.resolve("config.yaml"), Options.toYaml(config));
          Files.writeString(temporary.resolve("manifest.json"), json(manifest));
          if (!dropped.isEmpty()) {
            StringBuilder lines = new StringBuilder();
            for (Map<String, Object> row : dropped) {
              lines.append(new ObjectMapper().writeValueAsString(row)).append('\n');
            }
            Files.writeString(temporary.resolve("dropped.jsonl"), lines);
          }
          if (data.isPresent()) {
            Files.move(data.get(), temporary.resolve("data"));
          }
        });
  }

  /**
   * Checks that a run can go on with what it is given now.
   *
   * @throws UsageException naming what is not as it was
   */
  void requireSame(Map<String, Object> config, Map<String, Object> manifest) {
    if (!Files.exists(manifest())) {
      throw new UsageException(
          "%s holds no run to resume; leave out --resume, or name the folder of a run"
              .formatted(folder));
    }
    Changes.first(readYaml(config()), config, FREE)
        .or(() -> Changes.first(readManifest(), manifest, Set.of(RESULT)))
        .ifPresent(
            change -> {
              throw new UsageException(
                  "cannot resume %s: %s; put it back, or start a new run"
                      .formatted(folder, change));
            });
  }

  Map<String, Object> readManifest() {
    try {
      return JSON.readValue(manifest().toFile(), MAP);
    } catch (IOException e) {
      throw unreadable(manifest(), e);
    }
  }

  private static Map<String, Object> readYaml(Path file) {
    try {
      return new YAMLMapper().readValue(file.toFile(), MAP);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static PlumblineException unreadable(Path file, IOException e) {
    return new PlumblineException(
        "cannot read %s: %s; start a new run".formatted(file, e.getMessage()), e);
  }

  void writeManifest(Map<String, Object> manifest) {
    WholeFiles.write(manifest(), json(manifest));
  }

  /** Adds a session, that is a process that works on the run, to {@code environment.json}. */
  void beginSession(String device) {
    Map<String, Object> session = new LinkedHashMap<>();
    session.put("started", now());
    session.put("device", device);
    session.put("plumbline", version());
    session.put("libtorch", Torch.version());
    session.put(
        "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    session.put(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    session.put("processors", Runtime.getRuntime().availableProcessors());
    session.put("heap_mib", Runtime.getRuntime().maxMemory() >> 20);
    List<Map<String, Object>> sessions = sessions();
    sessions.add(session);
    writeSessions(sessions);
  }

  void endSession() {
    List<Map<String, Object>> sessions = sessions();
    sessions.get(sessions.size() - 1).put("finished", now());
    writeSessions(sessions);
  }

  private List<Map<String, Object>> sessions() {
    if (!Files.exists(environment())) {
      return new ArrayList<>();
    }
    try {
      return JSON.convertValue(
          JSON.readTree(environment().toFile()).path("sessions"),
          new TypeReference<ArrayList<Map<String, Object>>>() {});
    } catch (IOException e) {
      throw unreadable(environment(), e);
    }
  }

  private void writeSessions(List<Map<String, Object>> sessions) {
    WholeFiles.write(environment(), json(Map.of("sessions", sessions)));
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String version() {
    String version = RunFolder.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
