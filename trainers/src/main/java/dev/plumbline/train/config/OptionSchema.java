package dev.plumbline.train.config;

import dev.plumbline.lm.UsageException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The options of some records, under one roof: their keys, and how settings become records. */
public final class OptionSchema {
  private final List<Class<? extends Record>> records;
  private final Map<String, RecordComponent> components = new LinkedHashMap<>();
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Map<String, Object> defaults = new LinkedHashMap<>();

  /**
   * @param defaults a method's own defaults, by key, over those of the components
   * @param records each component an {@link Option}
   * @throws IllegalArgumentException if the records do not go together: a program's mistake
   */
  public OptionSchema(Map<String, ?> defaults, List<Class<? extends Record>> records) {
    this.records = List.copyOf(records);
    for (Class<? extends Record> record : records) {
      for (RecordComponent component : record.getRecordComponents()) {
        String key = key(component);
        components.put(key, component);
        addName(key, key);
        for (String alias : option(component).aliases()) {
          addName(alias, key);
        }
        Object value = defaults.get(key);
        this.defaults.put(
            key, type(component).read(value == null ? option(component).defaultValue() : value));
      }
    }
    if (!components.keySet().containsAll(defaults.keySet())) {
      throw new IllegalArgumentException("defaults for keys that are no options: " + defaults);
    }
  }

  private void addName(String name, String key) {
    if (names.put(name, key) != null) {
      throw new IllegalArgumentException("two options are called " + name);
    }
  }

  /** All options, in the records' order. */
  public List<OptionDescription> descriptions() {
    List<OptionDescription> descriptions = new ArrayList<>();
    components.forEach(
        (key, component) -> {
          OptionType type = type(component);
          descriptions.add(
              new OptionDescription(
                  key,
                  OptionDescription.flag(key),
                  List.of(option(component).aliases()),
                  type.name(),
                  type.choices(),
                  type.isList(),
                  text(defaults.get(key)),
                  option(component).help()));
        });
    return descriptions;
  }

  /**
   * Reads settings into the records. Later layers win: defaults, then a file, then flags.
   *
   * @throws UsageException if a key is unknown, a value is not of its type or out of its range, or
   *     an option is set that no choice uses; the message names the source, the key, what was found
   *     and what was expected
   */
  public Options read(Settings... layers) {
    Map<String, Object> values = new LinkedHashMap<>(defaults);
    Map<String, String> sources = new LinkedHashMap<>();
    for (Settings layer : layers) {
      Map<String, String> named = new LinkedHashMap<>();
      layer
          .byKey()
          .forEach(
              (name, setting) -> {
                String key = key(name, setting);
                String other = named.put(key, name);
                if (other != null) {
                  throw new UsageException(
                      at(setting.source()) + other + " and " + name + " are the same option");
                }
                if (setting.value() != null) {
                  values.put(key, value(key, setting));
                  sources.put(key, setting.source());
                }
              });
    }
    Map<Class<?>, Record> made = new LinkedHashMap<>();
    for (Class<? extends Record> record : records) {
      made.put(record, make(record, values, sources));
    }
    Options options = new Options(made, values, defaults, sources);
    refuseUnused(options, values);
    return options;
  }

  private String key(String name, Settings.Setting setting) {
    String key = names.get(name);
    if (key != null) {
      return key;
    }
    boolean flag = setting.source().startsWith("--");
    throw new UsageException(
        (flag ? "unknown flag " + setting.source() : at(setting.source()) + "unknown key " + name)
            + Nearest.to(name, names.keySet())
                .map(near -> "; did you mean " + (flag ? OptionDescription.flag(near) : near) + "?")
                .orElse("; --help lists all"));
  }

  private Object value(String key, Settings.Setting setting) {
    OptionType type = type(components.get(key));
    try {
      return type.read(setting.value());
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "%s%s is '%s'; expected %s"
              .formatted(at(setting.source()), key, setting.value(), type.expected()),
          e);
    }
  }

  private static Record make(
      Class<? extends Record> record, Map<String, Object> values, Map<String, String> sources) {
    RecordComponent[] parts = record.getRecordComponents();
    Class<?>[] types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] arguments =
        Arrays.stream(parts).map(part -> values.get(key(part))).toArray(Object[]::new);
    try {
      Constructor<? extends Record> constructor = record.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Check.Violation violation) {
        throw new UsageException(
            at(sources.getOrDefault(violation.key(), "")) + violation.getMessage(), violation);
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Options that some choice of an enum uses, but none of those that were made. */
  private void refuseUnused(Options options, Map<String, Object> values) {
    components.forEach(
        (chooser, component) -> {
          Class<?> element = type(component).element();
          if (element.isEnum() && UsesOptions.class.isAssignableFrom(element)) {
            List<?> chosen =
                values.get(chooser) instanceof List<?> list ? list : List.of(values.get(chooser));
            options.refuseUnused(chooser, chosen, List.of(element.getEnumConstants()));
          }
        });
  }

  private static OptionType type(RecordComponent component) {
    return OptionType.of(component.getGenericType());
  }

  private static Option option(RecordComponent component) {
    Option option = component.getAnnotation(Option.class);
    if (option == null) {
      throw new IllegalArgumentException(component + " is no option");
    }
    return option;
  }

  /** {@code learningRate} to {@code learning_rate}. */
  static String key(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static String text(Object value) {
    Object written = OptionType.write(value);
    return written instanceof List<?> list
        ? String.join(",", list.stream().map(Object::toString).toList())
        : written.toString();
  }

  static String at(String source) {
    return source.isEmpty() ? "" : source + ": ";
  }
}
