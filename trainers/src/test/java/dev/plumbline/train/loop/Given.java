package dev.plumbline.train.loop;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.config.OptionSchema;
import dev.plumbline.train.config.Settings;
import dev.plumbline.train.dpo.DpoOptions;
import dev.plumbline.train.dpo.DpoRecipe;
import dev.plumbline.train.run.ReferenceCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What tests of the loop start from. */
final class Given {
  private Given() {}

  /** Options of the loop; no checkpoints and file order unless said otherwise. */
  static TrainerOptions loop(Map<String, ?> values) {
    Map<String, Object> all = new HashMap<>(Map.of("save_steps", 0, "shuffle_dataset", false));
    all.putAll(values);
    return new OptionSchema(Map.of(), List.of(TrainerOptions.class))
        .read(Settings.of(all))
        .get(TrainerOptions.class);
  }

  static DpoRecipe dpo(Map<String, ?> values) {
    return new DpoRecipe(
        new OptionSchema(Map.of(), List.of(DpoOptions.class))
            .read(Settings.of(values))
            .get(DpoOptions.class));
  }

  /** A small decoder of ours. */
  static DecoderPolicy decoder() {
    return DecoderPolicy.load(Golden.model("llama-gqa-tied"), ComputeDevice.CPU);
  }

  /** Pairs for it, with reference log-probs. */
  static List<PairRow> pairs(DecoderPolicy reference, int count) {
    return ReferenceCache.compute(
        GoldenRun.own("dpo-sigmoid").pairs().subList(0, count), reference, 4, done -> {});
  }

  /** Collects what is logged. */
  static final class Lines implements TrainingHook {
    final List<Map<String, Object>> all = new ArrayList<>();

    @Override
    public void logged(Map<String, Object> line) {
      all.add(line);
    }

    List<Map<String, Object>> training() {
      return all.stream().filter(line -> line.containsKey("loss")).toList();
    }

    List<Map<String, Object>> evaluations() {
      return all.stream().filter(line -> line.containsKey("eval_loss")).toList();
    }

    double number(int line, String name) {
      return ((Number) all.get(line).get(name)).doubleValue();
    }
  }
}
