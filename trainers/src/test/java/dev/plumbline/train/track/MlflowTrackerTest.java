package dev.plumbline.train.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.train.config.OptionSchema;
import dev.plumbline.train.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against what a real server answered; {@link MlflowRecorder} made the recording. */
class MlflowTrackerTest {
  @TempDir Path folder;

  static TrackOptions options(String uri) {
    return read(
        Map.of(
            "report_to", "mlflow",
            "mlflow_tracking_uri", uri,
            "mlflow_experiment", "courtesy / first try",
            "run_name", "run one"));
  }

  static TrackOptions read(Map<String, ?> values) {
    return new OptionSchema(Map.of(), List.of(TrackOptions.class))
        .read(Settings.of(values))
        .get(TrackOptions.class);
  }

  private Tracking.Run run(boolean resumed) {
    return new Tracking.Run(folder, Map.of("beta", 0.1), resumed);
  }

  private static Map<String, Object> line(long step, double loss) {
    return Map.of("step", step, "loss", loss);
  }

  /** Every request is, but for its times, what the real server understood. */
  @Test
  void asksWhatTheRealServerAnswered() throws IOException {
    List<RecordedMlflow.Exchange> recording = RecordedMlflow.recording();
    try (RecordedMlflow server = new RecordedMlflow(recording)) {
      MlflowRecorder.play(server.uri() + "/", folder);
      assertThat(server.received()).hasSameSizeAs(recording);
      for (int i = 0; i < recording.size(); i++) {
        RecordedMlflow.Exchange asked = server.received().get(i);
        assertThat(asked.request()).isEqualTo(recording.get(i).request());
        assertThat(asked.timeless()).isEqualTo(recording.get(i).timeless());
      }
    }
    assertThat(recording.get(0).status()).as("no such experiment").isEqualTo(404);
    assertThat(recording.subList(1, recording.size()))
        .allSatisfy(exchange -> assertThat(exchange.status()).isEqualTo(200));
    assertThat(Files.readString(folder.resolve("run-1/mlflow.json"))).contains("run_id");
  }

  @Test
  void noServerAtTheStartIsAnError() throws IOException {
    String uri = "http://127.0.0.1:" + freePort();
    assertThatThrownBy(() -> Tracking.of(options(uri), run(false), Map.of()))
        .isExactlyInstanceOf(PlumblineException.class)
        .hasMessageStartingWith(uri + " does not answer (")
        .hasMessageEndingWith(
            "; start the MLflow server, put mlflow_tracking_uri right, or leave mlflow out of report_to");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aServerThatIsNoMlflowIsAnError() throws IOException {
    try (RecordedMlflow server = new RecordedMlflow(List.of())) {
      assertThatThrownBy(() -> Tracking.of(options(server.uri()), run(false), Map.of()))
          .isExactlyInstanceOf(PlumblineException.class)
          .hasMessageStartingWith(
              server.uri() + " answers 404 to /api/2.0/mlflow/experiments/get-by-name: ");
    }
  }

  /** It goes away after the first line. Nothing stops, it is said once, and counted at the end. */
  @Test
  void aServerThatGoesAway() throws IOException {
    try (CapturedLog log = new CapturedLog(MlflowTracker.class)) {
      String uri;
      Tracking tracking;
      try (RecordedMlflow server = new RecordedMlflow(RecordedMlflow.recording())) {
        uri = server.uri();
        tracking = Tracking.of(options(uri), run(false), Map.of());
        tracking.begin(0);
        tracking.logged(line(1, 0.7));
      }
      tracking.logged(line(2, 0.6));
      tracking.logged(line(3, 0.5));
      tracking.finished();
      tracking.close();
      assertThat(log.lines()).hasSize(3);
      assertThat(log.lines().get(0))
          .startsWith("WARN " + uri + " does not answer (")
          .endsWith("; training goes on");
      assertThat(log.lines().get(1))
          .isEqualTo(
              "WARN 2 metrics were not sent to MLflow at %s; they are in %s"
                  .formatted(uri, folder.resolve("metrics.jsonl")));
      assertThat(log.lines().get(2)).contains(" is not marked as ended");
    }
  }

  /** What waits is sent at the end, in requests of at most a thousand metrics. */
  @Test
  void aServerThatComesBack() throws IOException {
    List<RecordedMlflow.Exchange> recording = RecordedMlflow.recording();
    try (CapturedLog log = new CapturedLog(MlflowTracker.class)) {
      Tracking tracking;
      String uri;
      try (RecordedMlflow server = new RecordedMlflow(recording)) {
        uri = server.uri();
        tracking = Tracking.of(options(uri), run(false), Map.of());
        tracking.begin(0);
      }
      for (long step = 1; step <= 2500; step++) {
        tracking.logged(line(step, step));
      }
      List<Integer> sizes = new ArrayList<>();
      HttpServer back = at(uri);
      back.createContext(
          "/",
          http -> {
            sizes.add(RecordedMlflow.JSON.readTree(http.getRequestBody()).path("metrics").size());
            RecordedMlflow.send(http, 200, "{}");
          });
      back.start();
      tracking.close();
      back.stop(0);
      assertThat(sizes).containsExactly(1000, 1000, 500, 0);
      assertThat(log.lines()).hasSize(1);
    }
  }

  private static HttpServer at(String uri) throws IOException {
    int port = Integer.parseInt(uri.replaceFirst(".*:", ""));
    return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
  }

  /**
   * Two errors of the server, then an answer: nobody notices. One refusal: counted, not asked
   * again.
   */
  @Test
  void errorsAreAskedAgainAndRefusalsCounted() throws IOException {
    List<RecordedMlflow.Exchange> recording = new ArrayList<>(RecordedMlflow.recording());
    String batch = "POST /api/2.0/mlflow/runs/log-batch";
    recording.removeIf(exchange -> exchange.request().equals(batch));
    recording.add(new RecordedMlflow.Exchange(batch, "", 200, "{}")); // params
    recording.add(new RecordedMlflow.Exchange(batch, "", 503, "busy"));
    recording.add(new RecordedMlflow.Exchange(batch, "", 500, "{}"));
    recording.add(new RecordedMlflow.Exchange(batch, "", 200, "{}"));
    recording.add(
        new RecordedMlflow.Exchange(
            batch, "", 400, "{\"error_code\": \"BAD_REQUEST\", \"message\": \"no\\nloss\"}"));
    recording.add(new RecordedMlflow.Exchange(batch, "", 200, "{}"));
    try (RecordedMlflow server = new RecordedMlflow(recording);
        CapturedLog log = new CapturedLog(MlflowTracker.class)) {
      try (Tracking tracking = Tracking.of(options(server.uri()), run(false), Map.of())) {
        tracking.begin(0);
        tracking.logged(line(1, 0.7));
        assertThat(log.lines()).isEmpty();
        tracking.logged(line(2, 0.6));
        tracking.logged(line(3, 0.5));
      }
      assertThat(log.lines())
          .containsExactly(
              "WARN %s answers 400 to /api/2.0/mlflow/runs/log-batch: no loss; training goes on"
                  .formatted(server.uri()),
              "WARN 1 metrics were not sent to MLflow at %s; they are in %s"
                  .formatted(server.uri(), folder.resolve("metrics.jsonl")));
      List<RecordedMlflow.Exchange> received = server.received();
      assertThat(received.stream().filter(exchange -> exchange.request().equals(batch))).hasSize(6);
      assertThat(received.get(received.size() - 1).body()).contains("\"FAILED\"");
    }
  }

  @Test
  void mlflowsOwnVariables() throws IOException {
    List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
    HttpServer server = at("http://127.0.0.1:0");
    server.createContext(
        "/",
        http -> {
          authorizations.add(String.valueOf(http.getRequestHeaders().getFirst("Authorization")));
          authorizations.add(http.getRequestURI().getQuery());
          RecordedMlflow.send(http, 401, "");
        });
    server.start();
    Map<String, String> environment = new HashMap<>();
    environment.put("MLFLOW_TRACKING_URI", "http://127.0.0.1:" + server.getAddress().getPort());
    environment.put("MLFLOW_TRACKING_TOKEN", "secret");
    assertRefusedWithoutSecret(environment);
    environment.put("MLFLOW_EXPERIMENT_NAME", "theirs");
    environment.put("MLFLOW_TRACKING_USERNAME", "me");
    environment.put("MLFLOW_TRACKING_PASSWORD", "secret");
    assertRefusedWithoutSecret(environment);
    server.stop(0);
    assertThat(authorizations)
        .containsExactly(
            "Bearer secret",
            "experiment_name=Default",
            "Basic bWU6c2VjcmV0",
            "experiment_name=theirs");
  }

  private void assertRefusedWithoutSecret(Map<String, String> environment) {
    assertThatThrownBy(
            () -> Tracking.of(read(Map.of("report_to", "mlflow")), run(false), environment))
        .isExactlyInstanceOf(PlumblineException.class)
        .hasMessageContaining("set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or")
        .hasMessageNotContaining("secret");
  }

  @Test
  void noServerIsNamed() {
    assertThatThrownBy(() -> Tracking.of(read(Map.of("report_to", "mlflow")), run(false), Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "report_to is mlflow, but mlflow_tracking_uri is not set; set it, or the variable MLFLOW_TRACKING_URI");
  }

  @ParameterizedTest
  @ValueSource(strings = {"databricks", "file:./mlruns", "http://me:secret@host", "http://", "a b"})
  void isNoServer(String uri) {
    assertThatThrownBy(() -> read(Map.of("report_to", "mlflow", "mlflow_tracking_uri", uri)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("mlflow_tracking_uri is " + uri + "; expected http:// or https://");
  }

  @ParameterizedTest
  @ValueSource(strings = {"logging_dir", "mlflow_tracking_uri", "mlflow_experiment", "run_name"})
  void optionsOfATrackerThatIsNotChosen(String key) {
    String value = key.equals("mlflow_tracking_uri") ? "http://host" : "x";
    String user = key.equals("logging_dir") ? "tensorboard" : "mlflow";
    assertThatThrownBy(() -> read(Map.of(key, value)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "%s is %s, but report_to is empty; remove it, or choose %s"
                .formatted(key, value, user));
  }
}
