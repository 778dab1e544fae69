package dev.plumbline.train.track;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the recording that {@link MlflowTrackerTest} replays, by hand, from a real server: {@code
 * mlflow server --backend-store-uri sqlite:///mlflow.db}. Arguments: the server's URI, an empty
 * folder, the file to write.
 */
final class MlflowRecorder {
  private MlflowRecorder() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[2]);
    Files.deleteIfExists(file);
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    proxy.createContext(
        "/",
        http -> {
          byte[] body = http.getRequestBody().readAllBytes();
          HttpRequest request =
              HttpRequest.newBuilder(URI.create(arguments[0] + http.getRequestURI()))
                  .method(http.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body))
                  .header("Content-Type", "application/json")
                  .build();
          try {
            HttpResponse<String> answer =
                client.send(request, HttpResponse.BodyHandlers.ofString());
            RecordedMlflow.Exchange exchange =
                new RecordedMlflow.Exchange(
                    RecordedMlflow.request(http),
                    new String(body, StandardCharsets.UTF_8),
                    answer.statusCode(),
                    answer.body());
            Files.writeString(
                file,
                RecordedMlflow.JSON.writeValueAsString(exchange) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
            RecordedMlflow.send(http, answer.statusCode(), answer.body());
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    proxy.start();
    try {
      play("http://127.0.0.1:" + proxy.getAddress().getPort(), Path.of(arguments[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      proxy.stop(0);
    }
  }

  /**
   * A run of four steps in a new experiment: killed after step 3, resumed after step 2, ended. The
   * options are more than one batch of params.
   */
  static void play(String uri, Path folder) throws IOException {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("method", "dpo");
    config.put("beta", 0.1);
    config.put("ref_model_name_or_path", "");
    config.put("data", "[" + "a long list of files, ".repeat(400) + "]");
    for (int i = 0; i < 100; i++) {
      config.put("option_" + i, i);
    }
    TrackOptions options = MlflowTrackerTest.options(uri);
    Path run = Files.createDirectories(folder.resolve("run-1"));
    Tracking killed = Tracking.of(options, new Tracking.Run(run, config, false), Map.of());
    killed.begin(0);
    for (long step = 1; step <= 3; step++) {
      killed.logged(line(step));
    }
    try (Tracking resumed = Tracking.of(options, new Tracking.Run(run, config, true), Map.of())) {
      resumed.begin(2);
      for (long step = 3; step <= 4; step++) {
        resumed.logged(line(step));
      }
      resumed.logged(Map.of("step", 4L, "epoch", 1.0, "eval_loss", 0.5));
      resumed.finished();
    }
  }

  private static Map<String, Object> line(long step) {
    Map<String, Object> line = new TreeMap<>();
    line.put("step", step);
    line.put("epoch", step / 4.0);
    line.put("loss", 0.6931471805599453 / step);
    line.put("rewards/margins", -1e-17 * step);
    return line;
  }
}
