package dev.plumbline.train.config;

import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How an option's values are written and read.
 *
 * @param element class of a value, or of a list's or an Optional's; never a primitive one
 */
record OptionType(Class<?> element, boolean isList, boolean isOptional) {

  static OptionType of(Type type) {
    if (type instanceof ParameterizedType generic) {
      return new OptionType(
          (Class<?>) generic.getActualTypeArguments()[0],
          generic.getRawType() == List.class,
          generic.getRawType() == Optional.class);
    }
    return new OptionType(MethodType.methodType((Class<?>) type).wrap().returnType(), false, false);
  }

  /** Values of an enum as they are written, else none. */
  List<String> choices() {
    return element.isEnum()
        ? Arrays.stream(element.getEnumConstants()).map(c -> write(c).toString()).toList()
        : List.of();
  }

  /** What one value looks like. */
  String name() {
    if (element == Boolean.class) {
      return "true or false";
    } else if (element == Integer.class || element == Long.class) {
      return "whole number";
    } else if (element == Double.class) {
      return "number";
    } else if (element == Path.class) {
      return "path";
    }
    return element.isEnum() ? String.join("|", choices()) : "text";
  }

  /** What a value is expected to be, in an error. */
  String expected() {
    String one =
        element == Boolean.class
            ? "true or false"
            : element.isEnum() ? "one of " + String.join(", ", choices()) : "a " + name();
    return isList ? "a list, each " + one : one;
  }

  /**
   * Reads what YAML or a command line holds.
   *
   * @throws IllegalArgumentException if it is not such a value
   */
  Object read(Object raw) {
    if (isList) {
      List<Object> values = new ArrayList<>();
      for (Object item : items(raw)) {
        values.add(readOne(item));
      }
      return List.copyOf(values);
    }
    if (isOptional) {
      return "".equals(raw) ? Optional.empty() : Optional.of(readOne(raw));
    }
    return readOne(raw);
  }

  private static List<?> items(Object raw) {
    if (raw instanceof List<?> list) {
      return list;
    }
    if (raw instanceof String text) {
      return text.isBlank() ? List.of() : List.of(text.split("\\s*,\\s*", -1));
    }
    return List.of(raw);
  }

  private Object readOne(Object raw) {
    if (!(raw instanceof String || raw instanceof Number || raw instanceof Boolean)) {
      throw new IllegalArgumentException();
    }
    String text = raw.toString().strip();
    if (element == Boolean.class) {
      return readBoolean(text);
    } else if (element == Integer.class) {
      return Integer.valueOf(text);
    } else if (element == Long.class) {
      return Long.valueOf(text);
    } else if (element == Double.class) {
      return readNumber(text);
    } else if (element == Path.class) {
      return Path.of(text);
    } else if (element.isEnum()) {
      return readChoice(text);
    }
    return raw.toString();
  }

  private static Boolean readBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  private static Double readNumber(String text) {
    double number = Double.parseDouble(text);
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException();
    }
    return number;
  }

  private Object readChoice(String text) {
    for (Object choice : element.getEnumConstants()) {
      if (write(choice).equals(text)) {
        return choice;
      }
    }
    throw new IllegalArgumentException();
  }

  /** A value as YAML holds it: numbers, booleans, text, or a list of them. */
  static Object write(Object value) {
    if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    } else if (value instanceof List<?> list) {
      return list.stream().map(OptionType::write).toList();
    } else if (value instanceof Optional<?> optional) {
      return optional.map(OptionType::write).orElse("");
    } else if (value instanceof Path path) {
      return path.toString();
    }
    return value;
  }
}
