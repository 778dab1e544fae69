package dev.plumbline.jobs.sweep;

import dev.plumbline.lm.io.Hashes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The product of lists of values. */
final class Grid {
  /** File systems allow 255 bytes. */
  private static final int LONGEST_NAME = 120;

  private Grid() {}

  /** All combinations, the last key changing fastest; one empty one without keys. */
  static List<Map<String, Object>> product(Section grid) {
    List<Map<String, Object>> all = List.of(Map.of());
    for (String key : grid.values().keySet()) {
      List<?> values = grid.list(key);
      if (values.isEmpty()) {
        throw grid.wrong(key, "a list of at least one value");
      }
      List<Map<String, Object>> longer = new ArrayList<>();
      for (Map<String, Object> start : all) {
        for (Object value : values) {
          Map<String, Object> more = new LinkedHashMap<>(start);
          more.put(key, value);
          longer.add(more);
        }
      }
      all = longer;
    }
    return all;
  }

  /** A readable name that every file system takes: {@code beta=0.1,loss_type=sigmoid+sft}. */
  static String name(Map<String, Object> settings) {
    String name =
        settings.entrySet().stream()
            .map(each -> each.getKey() + "=" + text(each.getValue()))
            .collect(Collectors.joining(","));
    return name.length() <= LONGEST_NAME
        ? name
        : name.substring(0, LONGEST_NAME) + "-" + Hashes.of(name).substring(0, 8);
  }

  static String text(Object value) {
    String text =
        value instanceof List<?> list
            ? list.stream().map(String::valueOf).collect(Collectors.joining("+"))
            : value.toString();
    return text.replaceAll("[^A-Za-z0-9._+-]", "-");
  }
}
