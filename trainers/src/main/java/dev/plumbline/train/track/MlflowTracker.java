package dev.plumbline.train.track;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.train.loop.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a run on an MLflow server: its options as params, its metrics under their own names. A
 * resumed run goes on in the same MLflow run, whose id is in {@code mlflow.json} in the run folder.
 *
 * <p>A server that is away at the start is an error. One that goes away later holds nothing up:
 * metrics wait, are sent when it is back, and those that never were are counted at the end.
 */
final class MlflowTracker implements Tracker {
  private static final Logger LOG = LoggerFactory.getLogger(MlflowTracker.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "mlflow.json";
  private static final String RUN_ID = "run_id";

  private static final int ATTEMPTS = 3;
  private static final long RETRY_NANOS = 30_000_000_000L;

  /** MLflow's limits, of a request and of a param. */
  private static final int METRICS_A_BATCH = 1000;

  private static final int PARAMS_A_BATCH = 100;
  private static final int LONGEST_PARAM = 6000;

  /** Metrics that wait for the server; more are not kept. */
  private static final int MOST_PENDING = 200_000;

  private final MlflowServer server;
  private final MlflowClient client;
  private final Tracking.Run run;
  private final String name;
  private final String experiment;

  private final Map<String, Long> lastSteps = new HashMap<>();
  private List<Map<String, Object>> pending = new ArrayList<>();
  private String runId = "";
  private long notSent;
  private boolean away;
  private long askedNanos;
  private boolean finished;

  MlflowTracker(TrackOptions options, Tracking.Run run, Map<String, String> environment) {
    this.server = MlflowServer.of(options.mlflowTrackingUri(), environment);
    this.client = new MlflowClient(server);
    this.run = run;
    this.name =
        options
            .runName()
            .orElseGet(() -> run.folder().toAbsolutePath().normalize().getFileName().toString());
    try {
      this.experiment =
          experiment(
              options
                  .mlflowExperiment()
                  .or(() -> MlflowServer.variable(environment, "MLFLOW_EXPERIMENT_NAME"))
                  .orElse("Default"));
    } catch (MlflowException failure) {
      throw cannotStart(failure);
    }
  }

  private String experiment(String called) {
    String id = "experiment_id";
    try {
      return client
          .get("experiments/get-by-name", "experiment_name", called, ATTEMPTS)
          .path("experiment")
          .path(id)
          .asText();
    } catch (MlflowException failure) {
      if (!failure.isMissing()) {
        throw failure;
      }
      return client.post("experiments/create", Map.of("name", called), ATTEMPTS).path(id).asText();
    }
  }

  @Override
  public void begin(long step) {
    Path file = run.folder().resolve(FILE);
    try {
      if (run.resumed() && Files.exists(file)) {
        goOn(file);
      } else {
        create(file);
      }
    } catch (MlflowException failure) {
      throw cannotStart(failure);
    }
  }

  private void create(Path file) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("experiment_id", experiment);
    body.put("run_name", name);
    body.put("start_time", System.currentTimeMillis());
    runId =
        client.post("runs/create", body, ATTEMPTS).path("run").path("info").path(RUN_ID).asText();
    WholeFiles.write(file, JSON.valueToTree(Map.of(RUN_ID, runId)).toPrettyString() + "\n");
    List<Map<String, String>> params =
        run.config().entrySet().stream()
            .map(option -> Map.of("key", option.getKey(), "value", param(option.getValue())))
            .toList();
    for (int from = 0; from < params.size(); from += PARAMS_A_BATCH) {
      int to = Math.min(params.size(), from + PARAMS_A_BATCH);
      client.post(
          "runs/log-batch", Map.of(RUN_ID, runId, "params", params.subList(from, to)), ATTEMPTS);
    }
  }

  /** The whole value is in config.yaml. */
  private static String param(Object value) {
    String text = value.toString();
    return text.length() > LONGEST_PARAM ? text.substring(0, LONGEST_PARAM - 3) + "..." : text;
  }

  /** What the server knows of later steps is what this session will find again. */
  private void goOn(Path file) {
    try {
      runId = JSON.readTree(file.toFile()).required(RUN_ID).asText();
    } catch (IOException | IllegalArgumentException e) {
      throw new PlumblineException(
          "cannot read %s: %s; remove it to go on in a new MLflow run"
              .formatted(file, e.getMessage()),
          e);
    }
    JsonNode known;
    try {
      known = client.get("runs/get", RUN_ID, runId, ATTEMPTS);
    } catch (MlflowException failure) {
      if (!failure.isMissing()) {
        throw failure;
      }
      throw new PlumblineException(
          "%s names the MLflow run %s, but %s has no such run; put mlflow_tracking_uri right, or remove the file to go on in a new run"
              .formatted(file, runId, server.uri()),
          failure);
    }
    for (JsonNode metric : known.path("run").path("data").path("metrics")) {
      lastSteps.put(metric.path("key").asText(), metric.path("step").asLong());
    }
    client.post("runs/update", Map.of(RUN_ID, runId, "status", "RUNNING"), ATTEMPTS);
  }

  private static PlumblineException cannotStart(MlflowException failure) {
    return new PlumblineException(
        failure.getMessage()
            + "; start the MLflow server, put mlflow_tracking_uri right, or leave mlflow out of report_to",
        failure);
  }

  @Override
  public void logged(long step, Map<String, Double> metrics) {
    long now = System.currentTimeMillis();
    metrics.forEach(
        (key, value) -> {
          if (step <= lastSteps.getOrDefault(key, -1L)) {
            return;
          }
          lastSteps.put(key, step);
          if (pending.size() < MOST_PENDING) {
            pending.add(Map.of("key", key, "value", value, "timestamp", now, "step", step));
          } else {
            notSent++;
          }
        });
    if (!away) {
      send(ATTEMPTS);
    } else if (System.nanoTime() - askedNanos >= RETRY_NANOS) {
      send(1);
    }
  }

  private void send(int attempts) {
    while (!pending.isEmpty()) {
      int size = Math.min(METRICS_A_BATCH, pending.size());
      List<Map<String, Object>> some = pending.subList(0, size);
      try {
        client.post("runs/log-batch", Map.of(RUN_ID, runId, "metrics", some), attempts);
        away = false;
      } catch (MlflowException failure) {
        if (!away && notSent == 0) {
          LOG.warn("{}; training goes on", failure.getMessage());
        }
        if (!failure.isRefusal()) {
          away = true;
          askedNanos = System.nanoTime();
          return;
        }
        notSent += size;
      }
      pending = new ArrayList<>(pending.subList(size, pending.size()));
    }
  }

  @Override
  public void finished() {
    finished = true;
  }

  @Override
  public void close() {
    if (runId.isEmpty()) {
      return;
    }
    send(ATTEMPTS);
    notSent += pending.size();
    if (notSent > 0) {
      LOG.warn(
          "{} metrics were not sent to MLflow at {}; they are in {}",
          notSent,
          server.uri(),
          run.folder().resolve(Trainer.METRICS));
    }
    Map<String, Object> end = new LinkedHashMap<>();
    end.put(RUN_ID, runId);
    end.put("status", finished ? "FINISHED" : "FAILED");
    end.put("end_time", System.currentTimeMillis());
    try {
      client.post("runs/update", end, away ? 1 : ATTEMPTS);
    } catch (MlflowException failure) {
      LOG.warn("{}; the MLflow run {} is not marked as ended", failure.getMessage(), runId);
    }
  }
}
