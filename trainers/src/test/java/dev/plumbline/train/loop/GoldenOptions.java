package dev.plumbline.train.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.train.config.OptionDescription;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.config.Settings;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.TrainingConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a recorded run of TRL was set to, in our options. */
final class GoldenOptions {
  /** Options that have TRL's name, and whose values are meant alike. */
  private static final List<String> SAME =
      List.of(
          "warmup_steps",
          "weight_decay",
          "adam_beta1",
          "adam_beta2",
          "adam_epsilon",
          "max_grad_norm",
          "beta",
          "label_smoothing",
          "f_divergence_type",
          "f_alpha_divergence_coef",
          "ld_alpha",
          "use_weighting",
          "simpo_gamma",
          "sync_ref_model",
          "ref_model_mixup_alpha",
          "ref_model_sync_steps",
          "desirable_weight",
          "undesirable_weight");

  private GoldenOptions() {}

  /** Our options for TRL's settings, averaging as TRL does. */
  static Options of(Method<?> method, JsonNode settings) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("averaging", "micro_batch");
    values.put("shuffle_dataset", false);
    values.put("save_steps", 0);
    values.put("per_device_train_batch_size", settings.path("micro_batch").asInt());
    values.put("gradient_accumulation_steps", settings.path("accumulation").asInt());
    values.put("max_steps", settings.path("schedule_steps").asInt(settings.path("steps").asInt()));
    values.put("eval_steps", settings.path("eval_steps").asInt(settings.path("steps").asInt()));
    values.put("per_device_eval_batch_size", settings.path("eval_batch").asInt(8));
    values.put("learning_rate", settings.path("lr").asDouble());
    values.put("lr_scheduler_type", settings.path("schedule").asText());
    values.put("loss_type", texts(settings.path("loss_type")));
    values.put("loss_weights", texts(settings.path("loss_weights")));
    for (String key : SAME) {
      if (settings.has(key)) {
        values.put(key, settings.path(key).asText());
      }
    }
    values.putAll(
        switch (settings.path("trainer").asText()) {
          case "CPOTrainer" -> withoutReference(settings);
          case "ORPOTrainer" -> Map.of("nll_includes_prompt", true);
          case "KTOTrainer" ->
              settings.path("loss_type").asText().equals("kto")
                  ? Map.of("kl_completions", "micro_batch")
                  : Map.of();
          default -> Map.of();
        });
    values.keySet().retainAll(keys(method));
    values.values().removeIf(""::equals);
    return TrainingConfig.read(method, Settings.of(values));
  }

  private static Set<String> keys(Method<?> method) {
    return TrainingConfig.schema(method).descriptions().stream()
        .map(OptionDescription::key)
        .collect(Collectors.toSet());
  }

  private static Map<String, ?> withoutReference(JsonNode settings) {
    return settings.path("loss_type").asText().equals("simpo")
        ? Map.of("loss_type", "sigmoid_norm", "reference_free", true)
        : Map.of(
            "loss_type",
            "sigmoid,sft",
            "reference_free",
            true,
            "loss_weights",
            "1," + settings.path("cpo_alpha").asDouble());
  }

  private static String texts(JsonNode list) {
    if (list.isTextual()) {
      return list.asText();
    }
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return String.join(",", texts);
  }
}
