package dev.plumbline.train.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.plumbline.lm.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What somebody has set, key by key as it was written, and where: a YAML file, flags, or a program.
 */
public final class Settings {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Nothing is set. */
  public static final Settings NONE = new Settings(Map.of());

  private final Map<String, Setting> byKey;

  private Settings(Map<String, Setting> byKey) {
    this.byKey = byKey;
  }

  /** One value and its source: {@code run.yaml}, or {@code --learning-rate}. */
  record Setting(Object value, String source) {}

  /** Values that a program sets: text, numbers, booleans or lists, by key. */
  public static Settings of(Map<String, ?> values) {
    return of(values, "");
  }

  /**
   * Values that stand somewhere.
   *
   * @param source where, for messages: a file, or a part of one
   */
  public static Settings of(Map<String, ?> values, String source) {
    Map<String, Setting> byKey = new LinkedHashMap<>();
    values.forEach((key, value) -> byKey.put(key, new Setting(value, source)));
    return new Settings(byKey);
  }

  /** Values of flags, by flag without its dashes: {@code learning-rate}. */
  public static Settings ofFlags(Map<String, String> flags) {
    Map<String, Setting> byKey = new LinkedHashMap<>();
    flags.forEach(
        (flag, value) -> byKey.put(flag.replace('-', '_'), new Setting(value, "--" + flag)));
    return new Settings(byKey);
  }

  /**
   * Reads a YAML file: one mapping of keys to values or lists.
   *
   * @throws UsageException if the file is not there or not such a mapping
   */
  public static Settings ofYaml(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UsageException(file + " is not there; expected a YAML file of options");
    }
    Map<String, Setting> byKey = new LinkedHashMap<>();
    try {
      String text = Files.readString(file);
      Map<String, Object> values =
          text.isBlank() ? null : YAML.readValue(text, new TypeReference<Map<String, Object>>() {});
      if (values != null) {
        values.forEach((key, value) -> byKey.put(key, new Setting(value, file.toString())));
      }
      return new Settings(byKey);
    } catch (JsonProcessingException e) {
      throw new UsageException(
          "%s: line %s: %s; expected a YAML mapping of option keys to values"
              .formatted(
                  file,
                  e.getLocation() == null ? "?" : e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("not YAML")),
          e);
    } catch (IOException e) {
      throw new UsageException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** These settings without a key. */
  public Settings without(String key) {
    Map<String, Setting> rest = new LinkedHashMap<>(byKey);
    rest.remove(key);
    return new Settings(rest);
  }

  /** All values as they were written, by key, in their order. */
  public Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    byKey.forEach((key, setting) -> values.put(key, setting.value()));
    return values;
  }

  /** The value of a key as it was written, or null. */
  public Object get(String key) {
    Setting setting = byKey.get(key);
    return setting == null ? null : setting.value();
  }

  Map<String, Setting> byKey() {
    return byKey;
  }
}
