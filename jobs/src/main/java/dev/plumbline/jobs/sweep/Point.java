package dev.plumbline.jobs.sweep;

import dev.plumbline.lm.UsageException;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.config.Settings;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.TrainingConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One setting of a sweep.
 *
 * @param name also of its folder
 * @param group of a plot; empty if it stands alone
 * @param method that trains
 * @param settings what sets it apart, by key
 * @param layers of options, later ones win
 */
record Point(
    String name,
    String group,
    Method<?> method,
    Map<String, Object> settings,
    List<Settings> layers) {
  private static final String CACHE = "reference_cache";

  /**
   * The options of a run.
   *
   * @param output its run folder
   * @param references folder of reference log-probs that all runs share
   * @throws UsageException as {@link TrainingConfig#read}
   */
  Options options(long seed, Path output, Path references) {
    Map<String, Object> ours = new LinkedHashMap<>();
    ours.put("seed", seed);
    ours.put("output_dir", output.toString());
    Options plain = read(ours);
    if (!"".equals(plain.values().get(CACHE))) {
      return plain; // The method has none, or the user's own setting wins.
    }
    ours.put(CACHE, references.toString());
    try {
      return read(ours);
    } catch (UsageException noReference) {
      return plain; // Such as reference_free: there is nothing to keep.
    }
  }

  private Options read(Map<String, Object> ours) {
    return TrainingConfig.read(
        method,
        Stream.concat(layers.stream(), Stream.of(Settings.of(ours))).toArray(Settings[]::new));
  }
}
