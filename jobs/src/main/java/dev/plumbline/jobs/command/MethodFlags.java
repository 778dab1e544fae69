package dev.plumbline.jobs.command;

import dev.plumbline.train.config.OptionDescription;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.TrainingConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** A method's options as flags of a command, made from what the method declares. */
final class MethodFlags {
  private static final String CONFIG = "--config";

  private MethodFlags() {}

  /** Adds a flag an option, and {@code --config} for a file of them. */
  static void add(CommandSpec spec, Method<?> method) {
    spec.addOption(
        OptionSpec.builder(CONFIG)
            .type(Path.class)
            .paramLabel("FILE")
            .description("YAML file of options, keys in snake_case; flags win over it.")
            .build());
    for (OptionDescription option : TrainingConfig.schema(method).descriptions()) {
      spec.addOption(flag(option));
    }
  }

  /** The file that was named, if one was. */
  static Optional<Path> config(ParseResult parsed) {
    return Optional.ofNullable(parsed.matchedOptionValue(CONFIG, (Path) null));
  }

  /** What was given on the command line, by flag without its dashes. */
  static Map<String, String> given(ParseResult parsed) {
    Map<String, String> flags = new LinkedHashMap<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      if (option.type() == String.class) {
        flags.put(option.names()[0].substring(2), option.getValue());
      }
    }
    return flags;
  }

  /** Picocli formats descriptions: percent signs and markup must stay what they are. */
  static String escape(String text) {
    return text.replace("%", "%%").replace("@|", "@ |");
  }

  private static OptionSpec flag(OptionDescription option) {
    List<String> names = new ArrayList<>(List.of(option.flag()));
    option.aliases().forEach(alias -> names.add(OptionDescription.flag(alias)));
    OptionSpec.Builder flag =
        OptionSpec.builder(names.toArray(new String[0]))
            .type(String.class)
            .paramLabel(option.type().equals("true or false") ? "true|false" : label(option))
            .description(escape(help(option)));
    if (option.type().equals("true or false")) {
      flag.arity("0..1").fallbackValue("true");
    }
    return flag.build();
  }

  private static String label(OptionDescription option) {
    String one = option.choices().isEmpty() ? option.type() : String.join("|", option.choices());
    return (option.choices().isEmpty() ? "<" + one + ">" : one) + (option.isList() ? ",..." : "");
  }

  private static String help(OptionDescription option) {
    return option.defaultValue().isEmpty()
        ? option.help()
        : option.help() + " Default: " + option.defaultValue() + ".";
  }
}
