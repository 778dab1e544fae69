package dev.plumbline.train.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The alarms of a run from its first session to its last, as {@code metrics.jsonl} has them. */
public final class AlarmRecord {
  private AlarmRecord() {}

  /**
   * Reads them.
   *
   * @return by name: {@code first_step} and {@code last_step} at which an alarm fired, and {@code
   *     worst}, the most that was measured; empty if none fired
   */
  public static SortedMap<String, Map<String, Object>> of(Path metrics) {
    SortedMap<String, Map<String, Object>> all = new TreeMap<>();
    try (var lines =
        new ObjectMapper().readerFor(JsonNode.class).<JsonNode>readValues(metrics.toFile())) {
      while (lines.hasNext()) {
        JsonNode line = lines.next();
        long step = line.path("step").asLong();
        line.path("alarms")
            .fields()
            .forEachRemaining(alarm -> add(all, alarm.getKey(), step, alarm.getValue().asDouble()));
      }
      return all;
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot read %s: %s; put it back, or start a new run".formatted(metrics, e.getMessage()),
          e);
    }
  }

  private static void add(
      Map<String, Map<String, Object>> all, String name, long step, double measured) {
    Map<String, Object> alarm = all.computeIfAbsent(name, any -> new LinkedHashMap<>());
    alarm.putIfAbsent("first_step", step);
    alarm.put("last_step", step);
    alarm.merge("worst", measured, (one, other) -> Math.max((Double) one, (Double) other));
  }
}
