package dev.plumbline.train.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.plumbline.lm.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The options of a run, every one with its value: set, or default. */
public final class Options {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private final Map<Class<?>, Record> records;
  private final Map<String, Object> values;
  private final Map<String, Object> defaults;
  private final Map<String, String> sources;

  Options(
      Map<Class<?>, Record> records,
      Map<String, Object> values,
      Map<String, Object> defaults,
      Map<String, String> sources) {
    this.records = records;
    this.values = values;
    this.defaults = defaults;
    this.sources = sources;
  }

  /** One of the records that the schema was made of. */
  public <T extends Record> T get(Class<T> record) {
    return record.cast(records.get(record));
  }

  /** All values by key, as YAML holds them, in the schema's order. */
  public Map<String, Object> values() {
    Map<String, Object> written = new LinkedHashMap<>();
    values.forEach((key, value) -> written.put(key, OptionType.write(value)));
    return written;
  }

  /**
   * A YAML document of a mapping, such as {@link #values}; reading it gives these options again.
   */
  public static String toYaml(Map<String, ?> values) {
    try {
      return YAML.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Refuses an option that was set although nothing uses it.
   *
   * @param because completes the sentence: {@code "there is no evaluation set"}
   * @throws UsageException if the option does not have its default value
   */
  public void refuse(String key, String because, String remedy) {
    if (!values.get(key).equals(defaults.get(key))) {
      throw new UsageException(
          "%s%s is %s, but %s; %s"
              .formatted(
                  OptionSchema.at(sources.getOrDefault(key, "")),
                  key,
                  OptionType.write(values.get(key)),
                  because,
                  remedy));
    }
  }

  void refuseUnused(String chooser, List<?> chosen, List<?> all) {
    Set<String> unused = new TreeSet<>();
    all.forEach(choice -> unused.addAll(((UsesOptions) choice).uses()));
    chosen.forEach(choice -> unused.removeAll(((UsesOptions) choice).uses()));
    for (String key : unused) {
      List<?> users =
          all.stream().filter(choice -> ((UsesOptions) choice).uses().contains(key)).toList();
      refuse(
          key,
          chosen.isEmpty()
              ? chooser + " is empty"
              : "%s %s does not use it".formatted(chooser, spell(chosen, ",")),
          "remove it, or choose " + spell(users, " or "));
    }
    for (Object choice : chosen) {
      for (String key : new TreeSet<>(((UsesOptions) choice).excludes())) {
        refuse(
            key,
            "%s %s does not go with it".formatted(chooser, spell(List.of(choice), "")),
            "remove one of them");
      }
    }
  }

  private static String spell(List<?> choices, String between) {
    return choices.stream()
        .map(choice -> OptionType.write(choice).toString())
        .collect(Collectors.joining(between));
  }
}
