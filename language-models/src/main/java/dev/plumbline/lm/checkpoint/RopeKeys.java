package dev.plumbline.lm.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rotary positions in {@code config.json}: transformers 4 has {@code rope_theta} and {@code
 * rope_scaling}, 5 has {@code rope_parameters}. Defaults are those of {@code modeling_rope_utils}
 * in transformers 5.
 */
final class RopeKeys {
  private static final double THETA = 10_000;
  private static final double BETA_FAST = 32;
  private static final double BETA_SLOW = 1;
  private static final String ORIGINAL = "original_max_position_embeddings";

  private RopeKeys() {}

  static RopeScaling read(JsonObject config, int maxPositions) {
    if (config.isSet("rope_scaling") && config.isSet("rope_parameters")) {
      throw config.wrong("rope_scaling", "either rope_scaling or rope_parameters, not both");
    }
    JsonObject rope =
        config.object(config.isSet("rope_scaling") ? "rope_scaling" : "rope_parameters");
    double theta = holder("rope_theta", config, rope).positive("rope_theta", THETA);
    int original = holder(ORIGINAL, config, rope).count(ORIGINAL, maxPositions);
    String type = rope.text("rope_type", rope.text("type", "default"));
    if (!rope.text("type", type).equals(type)) {
      throw rope.wrong("type", "the same as rope_type, \"" + type + "\"");
    }
    return switch (type) {
      case "default" -> {
        takesOnly(rope, type);
        yield new RopeScaling.Plain(theta);
      }
      case "linear" -> {
        takesOnly(rope, type, "factor");
        yield new RopeScaling.Linear(theta, rope.positive("factor"));
      }
      case "llama3" -> {
        takesOnly(rope, type, "factor", "low_freq_factor", "high_freq_factor", ORIGINAL);
        yield new RopeScaling.Llama3(
            theta,
            rope.positive("factor"),
            rope.positive("low_freq_factor"),
            rope.positive("high_freq_factor"),
            original);
      }
      case "yarn" -> {
        takesOnly(
            rope,
            type,
            "factor",
            "attention_factor",
            "beta_fast",
            "beta_slow",
            "mscale",
            "mscale_all_dim",
            "truncate",
            ORIGINAL);
        yield new RopeScaling.Yarn(
            theta,
            rope.positive("factor"),
            attentionFactor(rope),
            rope.positive("beta_fast", BETA_FAST),
            rope.positive("beta_slow", BETA_SLOW),
            original,
            rope.flag("truncate", true));
      }
      default ->
          throw rope.wrong(
              rope.isSet("rope_type") ? "rope_type" : "type",
              "one of those supported: default, linear, llama3, yarn");
    };
  }

  /** Old configs keep some values beside the object, new ones in it. */
  private static JsonObject holder(String key, JsonObject config, JsonObject rope) {
    if (!rope.isSet(key)) {
      return config;
    }
    if (config.isSet(key) && config.positive(key) != rope.positive(key)) {
      throw config.wrong(key, "the same as " + rope.name(key) + ", " + rope.positive(key));
    }
    return rope;
  }

  private static void takesOnly(JsonObject rope, String type, String... keys) {
    Set<String> taken = new TreeSet<>(List.of(keys));
    taken.addAll(List.of("rope_theta", "rope_type", "type"));
    if (rope.positive("partial_rotary_factor", 1) == 1) {
      taken.add("partial_rotary_factor");
    }
    rope.node()
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (rope.isSet(key) && !taken.contains(key)) {
                throw rope.wrong(
                    key, "none: rotary positions of type " + type + " take " + List.of(keys));
              }
            });
  }

  /** What cosines and sines are multiplied by: YaRN's temperature, folded into both. */
  private static double attentionFactor(JsonObject rope) {
    double factor = rope.positive("factor");
    if (rope.isSet("attention_factor")) {
      return rope.positive("attention_factor");
    }
    return rope.isSet("mscale") && rope.isSet("mscale_all_dim")
        ? scale(factor, rope.positive("mscale")) / scale(factor, rope.positive("mscale_all_dim"))
        : scale(factor, 1);
  }

  private static double scale(double factor, double mscale) {
    return factor <= 1 ? 1 : 0.1 * mscale * StrictMath.log(factor) + 1;
  }

  static void write(RopeScaling rope, ObjectNode json) {
    json.put("rope_theta", rope.theta());
    if (rope instanceof RopeScaling.Plain) {
      json.putNull("rope_scaling");
      return;
    }
    ObjectNode scaling = json.putObject("rope_scaling");
    if (rope instanceof RopeScaling.Linear linear) {
      scaling.put("rope_type", "linear").put("factor", linear.factor());
    } else if (rope instanceof RopeScaling.Llama3 llama3) {
      scaling
          .put("rope_type", "llama3")
          .put("factor", llama3.factor())
          .put("low_freq_factor", llama3.lowFrequencyFactor())
          .put("high_freq_factor", llama3.highFrequencyFactor())
          .put(ORIGINAL, llama3.originalMaxPositions());
    } else if (rope instanceof RopeScaling.Yarn yarn) {
      scaling
          .put("rope_type", "yarn")
          .put("factor", yarn.factor())
          .put("attention_factor", yarn.attentionFactor())
          .put("beta_fast", yarn.betaFast())
          .put("beta_slow", yarn.betaSlow())
          .put("truncate", yarn.truncate())
          .put(ORIGINAL, yarn.originalMaxPositions());
    }
  }
}
