package dev.plumbline.train.track;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server that answers what a real MLflow server answered, from a recording: for every path its
 * answers in their order, the last one again and again.
 */
public final class RecordedMlflow implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Map<String, Deque<Exchange>> answers = new HashMap<>();
  private final List<Exchange> received = new ArrayList<>();

  /**
   * A request and its answer, bodies as they went over the wire.
   *
   * @param request method, path and query
   */
  public record Exchange(String request, String body, int status, String answer) {
    String path() {
      return request.replaceFirst("\\?.*", "");
    }

    /** The body as JSON, times set to 0. */
    JsonNode timeless() {
      try {
        JsonNode json = body.isEmpty() ? JSON.createObjectNode() : JSON.readTree(body);
        for (String time : List.of("start_time", "end_time")) {
          if (json.has(time)) {
            ((ObjectNode) json).put(time, 0);
          }
        }
        json.path("metrics").forEach(metric -> ((ObjectNode) metric).put("timestamp", 0));
        return json;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    static List<Exchange> read(Path file) throws IOException {
      List<Exchange> exchanges = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        exchanges.add(JSON.readValue(line, Exchange.class));
      }
      return exchanges;
    }
  }

  /** Starts on a free port of this machine. */
  public RecordedMlflow(List<Exchange> recording) throws IOException {
    for (Exchange exchange : recording) {
      answers.computeIfAbsent(exchange.path(), any -> new ArrayDeque<>()).add(exchange);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** The recording in the test resources. */
  public static List<Exchange> recording() throws IOException {
    return Exchange.read(Path.of("src/test/resources/mlflow/session.jsonl"));
  }

  public String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public List<Exchange> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  private void answer(HttpExchange http) throws IOException {
    String body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Exchange asked = new Exchange(request(http), body, 0, "");
    Exchange answer;
    synchronized (received) {
      received.add(asked);
      Deque<Exchange> left = answers.getOrDefault(asked.path(), new ArrayDeque<>());
      answer = left.size() > 1 ? left.remove() : left.peek();
    }
    if (answer == null) {
      answer = new Exchange(asked.request(), "", 404, "");
    }
    send(http, answer.status(), answer.answer());
  }

  static String request(HttpExchange http) {
    return http.getRequestMethod() + " " + http.getRequestURI();
  }

  static void send(HttpExchange http, int status, String answer) throws IOException {
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    http.getResponseHeaders().set("Content-Type", "application/json");
    http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    http.getResponseBody().write(bytes);
    http.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
