package dev.plumbline.train.run;

import dev.plumbline.lm.UsageException;
import dev.plumbline.train.config.OptionSchema;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.config.Settings;
import dev.plumbline.train.health.SampleHealthOptions;
import dev.plumbline.train.loop.TrainerOptions;
import dev.plumbline.train.track.TrackOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options of a training: which there are for a method, and how a user sets them. */
public final class TrainingConfig {
  private static final String METHOD = "method";

  private TrainingConfig() {}

  /** All options of a method. */
  public static OptionSchema schema(Method<?> method) {
    List<Class<? extends Record>> records = new ArrayList<>(List.of(RunOptions.class));
    records.addAll(method.options());
    records.add(TrainerOptions.class);
    records.add(SampleHealthOptions.class);
    records.add(TrackOptions.class);
    return new OptionSchema(method.defaults(), records);
  }

  /**
   * Reads a method's options.
   *
   * @param file YAML; its key {@code method}, if it is there, must be the method's name
   * @param flags values by flag without dashes; they win over the file
   * @throws UsageException if something is unknown, wrong, or set although nothing uses it
   */
  public static Options read(Method<?> method, Optional<Path> file, Map<String, String> flags) {
    Settings settings = file.map(Settings::ofYaml).orElse(Settings.NONE);
    Object named = settings.get(METHOD);
    if (named != null && !named.equals(method.name())) {
      throw new UsageException(
          "%s: method is %s, but %s is trained; choose one"
              .formatted(file.orElseThrow(), named, method.name()));
    }
    return read(method, settings.without(METHOD), Settings.ofFlags(flags));
  }

  /**
   * Reads a method's options from layers, of which later ones win.
   *
   * @throws UsageException as above
   */
  public static Options read(Method<?> method, Settings... layers) {
    Options options = schema(method).read(layers);
    refuseUnused(options);
    method.check(options);
    return options;
  }

  private static void refuseUnused(Options options) {
    TrainerOptions loop = options.get(TrainerOptions.class);
    if (loop.maxSteps() > 0) {
      options.refuse("num_train_epochs", "max_steps counts steps", "remove one of them");
    }
    if (loop.saveSteps() == 0 && !loop.loadBestModelAtEnd()) {
      options.refuse("save_total_limit", "save_steps is 0", "remove one of them");
    }
    if (options.get(SampleHealthOptions.class).klSamples() == 0) {
      for (String key : List.of("kl_max_new_tokens", "alarm_kl", "alarm_length")) {
        options.refuse(key, "kl_samples is 0", "remove it, or set kl_samples");
      }
    }
  }

  /** What {@code config.yaml} holds: the method and every option; {@link #read} reads it again. */
  static Map<String, Object> written(Method<?> method, Options options) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(METHOD, method.name());
    values.putAll(options.values());
    return values;
  }
}
