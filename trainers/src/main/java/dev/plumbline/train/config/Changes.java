package dev.plumbline.train.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What has changed between a mapping that was written and the one that is there now. */
public final class Changes {
  private Changes() {}

  /**
   * The first value that differs, as {@code "data.rows was 40 and is 39"}; empty if none does.
   * Values are equal as they are written: 1 and 1.0 differ, a number read back from YAML does not.
   *
   * @param was values by key, mappings and lists of mappings among them
   * @param free keys that may differ
   */
  public static Optional<String> first(Map<?, ?> was, Map<?, ?> is, Set<String> free) {
    return first("", was, is, free);
  }

  private static Optional<String> first(
      String prefix, Map<?, ?> was, Map<?, ?> is, Set<String> free) {
    Map<Object, Object> all = new LinkedHashMap<>(was);
    all.putAll(is);
    return all.keySet().stream()
        .filter(key -> !free.contains(key.toString()))
        .map(key -> difference(prefix + key, was.get(key), is.get(key)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> difference(String key, Object was, Object is) {
    Object one = numbered(was);
    Object other = numbered(is);
    if (one instanceof Map<?, ?> before && other instanceof Map<?, ?> after) {
      return first(key + ".", before, after, Set.of());
    }
    return Objects.equals(String.valueOf(was), String.valueOf(is))
        ? Optional.empty()
        : Optional.of("%s was %s and is %s".formatted(key, was, is));
  }

  /** A list of mappings by the number of each, from 1; anything else as it is. */
  private static Object numbered(Object value) {
    if (!(value instanceof List<?> list)
        || list.isEmpty()
        || !list.stream().allMatch(Map.class::isInstance)) {
      return value;
    }
    Map<Object, Object> byNumber = new LinkedHashMap<>();
    list.forEach(each -> byNumber.put(byNumber.size() + 1, each));
    return byNumber;
  }
}
