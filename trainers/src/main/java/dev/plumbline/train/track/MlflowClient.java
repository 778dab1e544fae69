package dev.plumbline.train.track;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Requests to MLflow's REST API 2.0. A server that does not answer is asked again. */
final class MlflowClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 250;
  private static final int LONGEST_MESSAGE = 200;

  private final MlflowServer server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  MlflowClient(MlflowServer server) {
    this.server = server;
  }

  /**
   * Asks.
   *
   * @param path below {@code api/2.0/mlflow/}
   * @throws MlflowException if it does not answer in some attempts, or refuses
   */
  JsonNode get(String path, String key, String value, int attempts) {
    String query = key + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return send(request(path + "?" + query).GET().build(), attempts);
  }

  /** Tells; otherwise as {@link #get}. */
  JsonNode post(String path, Map<String, ?> body, int attempts) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json(body)))
            .build(),
        attempts);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.uri() + "/api/2.0/mlflow/" + path))
            .timeout(ANSWER);
    server.authorization().ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private JsonNode send(HttpRequest request, int attempts) {
    for (int attempt = 1; ; attempt++) {
      try {
        return sendOnce(request);
      } catch (MlflowException failure) {
        if (failure.isRefusal() || attempt >= attempts) {
          throw failure;
        }
        pause(PAUSE_MILLIS << attempt);
      }
    }
  }

  private JsonNode sendOnce(HttpRequest request) {
    HttpResponse<String> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      String reason = e.getMessage() == null ? "no connection" : e.getMessage();
      throw new MlflowException("%s does not answer (%s)".formatted(server.uri(), reason), "", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MlflowException(server.uri() + ": interrupted", "", e);
    }
    int status = response.statusCode();
    JsonNode answer = answer(response.body());
    if (status == 200 && answer.isObject()) {
      return answer;
    }
    boolean later = status >= 500 || status == 429;
    throw new MlflowException(
        "%s answers %d to %s: %s"
            .formatted(
                server.uri(),
                status,
                request.uri().getPath(),
                status == 401 || status == 403
                    ? "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
                    : reason(answer, response.body())),
        later ? "" : answer.path("error_code").asText("HTTP " + status),
        null);
  }

  /** JSON, or nothing where it is something else: the page of another server. */
  private static JsonNode answer(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return JSON.missingNode();
    }
  }

  private static String reason(JsonNode answer, String body) {
    String message = answer.path("message").asText(answer.isObject() ? body : "no JSON");
    String line = message.strip().replaceAll("\\s+", " ");
    return line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "..." : line;
  }

  private static String json(Map<String, ?> body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
