package dev.plumbline.train.config;

import java.util.List;

/**
 * An option as a command line or a document shows it.
 *
 * @param key in YAML, {@code learning_rate}
 * @param flag on a command line, {@code --learning-rate}
 * @param aliases further keys
 * @param type what a value looks like, {@code number}
 * @param choices the values of an enum, else empty
 * @param isList whether several values are taken, separated by commas on a command line
 * @param defaultValue as a user would write it; empty for none
 * @param help a sentence
 */
public record OptionDescription(
    String key,
    String flag,
    List<String> aliases,
    String type,
    List<String> choices,
    boolean isList,
    String defaultValue,
    String help) {

  /** The flag of a key. */
  public static String flag(String key) {
    return "--" + key.replace('_', '-');
  }
}
