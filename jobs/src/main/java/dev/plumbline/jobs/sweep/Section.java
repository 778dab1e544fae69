package dev.plumbline.jobs.sweep;

import dev.plumbline.lm.Excerpt;
import dev.plumbline.lm.UsageException;
import dev.plumbline.train.config.Nearest;
import dev.plumbline.train.config.Settings;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A mapping in a YAML file.
 *
 * @param source the file and the place in it, for messages
 * @param values by key, as they were written
 */
record Section(String source, Map<String, Object> values) {

  /** The value of a key as a mapping; empty if the key is not there. */
  Section section(String key) {
    return of(source + ": " + key, values.getOrDefault(key, Map.of()));
  }

  /** The value of a key as a list of mappings; empty if the key is not there. */
  List<Section> sections(String key) {
    List<?> list = list(key);
    return IntStream.range(0, list.size())
        .mapToObj(i -> of("%s: %s %d".formatted(source, key, i + 1), list.get(i)))
        .toList();
  }

  private static Section of(String source, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new UsageException(
          "%s is '%s'; expected a mapping of keys to values".formatted(source, written(value)));
    }
    Map<String, Object> values = new LinkedHashMap<>();
    map.forEach((key, each) -> values.put(String.valueOf(key), each));
    return new Section(source, values);
  }

  /** The value of a key as a list of anything but null; empty if the key is not there. */
  List<?> list(String key) {
    Object value = values.getOrDefault(key, List.of());
    if (!(value instanceof List<?> list) || list.stream().anyMatch(Objects::isNull)) {
      throw wrong(key, "a list, as in [1, 2]");
    }
    return list;
  }

  /** The text of a key that must be there. */
  String text(String key) {
    Object value = values.get(key);
    if (value == null) {
      throw new UsageException("%s: %s is missing".formatted(source, key));
    }
    if (value instanceof Map || value instanceof List || value.toString().isBlank()) {
      throw wrong(key, "a text");
    }
    return value.toString();
  }

  /** Refuses keys that mean nothing here. */
  void requireKnown(Collection<String> known) {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw new UsageException("%s: unknown key %s%s".formatted(source, key, meant(key, known)));
      }
    }
  }

  /** Refuses a value that is none of those that there are. */
  void requireOneOf(String key, String value, Collection<String> all) {
    if (!all.contains(value)) {
      throw new UsageException("%s: %s is '%s'%s".formatted(source, key, value, meant(value, all)));
    }
  }

  private static String meant(String word, Collection<String> all) {
    return Nearest.to(word, all)
        .map("; did you mean %s?"::formatted)
        .orElse("; there are " + String.join(", ", all));
  }

  /** A value that is not what it should be. */
  UsageException wrong(String key, String expected) {
    return new UsageException(
        "%s: %s is '%s'; expected %s".formatted(source, key, written(values.get(key)), expected));
  }

  private static String written(Object value) {
    return Excerpt.of(String.valueOf(value));
  }

  /** As options, but for some keys. */
  Settings settings(Collection<String> without) {
    Map<String, Object> rest = new LinkedHashMap<>(values);
    rest.keySet().removeAll(without);
    return Settings.of(rest, source);
  }
}
