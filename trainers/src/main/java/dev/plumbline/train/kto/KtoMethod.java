package dev.plumbline.train.kto;

import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.UsageException;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.kto.KtoOptions.LossType;
import dev.plumbline.train.kto.KtoOptions.Mismatching;
import dev.plumbline.train.loop.Companion;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.loop.TrainerOptions;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.ReferenceOptions;
import dev.plumbline.train.run.References;
import dev.plumbline.train.verify.Variant;
import java.util.List;
import java.util.Map;

/** The method {@code kto}. */
public final class KtoMethod implements Method<UnpairedRow> {

  @Override
  public String name() {
    return "kto";
  }

  @Override
  public String summary() {
    return "Kahneman-Tversky optimisation: completions, each desirable or not.";
  }

  @Override
  public Class<UnpairedRow> rowType() {
    return UnpairedRow.class;
  }

  @Override
  public List<Class<? extends Record>> options() {
    return List.of(KtoOptions.class, ReferenceOptions.class);
  }

  @Override
  public Map<String, ?> defaults() {
    return Map.of("learning_rate", 1e-6);
  }

  @Override
  public void check(Options options) {
    if (options.get(KtoOptions.class).klCompletions() == Mismatching.MICRO_BATCH
        && options.get(TrainerOptions.class).perDeviceTrainBatchSize() < 2) {
      throw new UsageException(
          "kl_completions is micro_batch, but per_device_train_batch_size is 1: a row would be compared with itself; set it to 2 or more");
    }
  }

  @Override
  public List<UnpairedRow> prepare(List<UnpairedRow> rows, References references, Options options) {
    KtoOptions kto = options.get(KtoOptions.class);
    if (kto.lossType() != LossType.KTO || rows.isEmpty()) {
      return references.fillUnpaired(rows);
    }
    return references.fillUnpaired(
        kto.klCompletions() == Mismatching.PREVIOUS_PROMPT
            ? Mismatches.ofPreviousPrompt(rows)
            : Mismatches.inBlocks(
                rows, options.get(TrainerOptions.class).perDeviceTrainBatchSize()));
  }

  @Override
  public Companion<UnpairedRow> companion(References references, Options options) {
    return options.get(KtoOptions.class).lossType() == LossType.KTO
        ? new MismatchedLogProbs()
        : Companion.none();
  }

  @Override
  public Recipe<UnpairedRow> recipe(Options options) {
    return new KtoRecipe(options.get(KtoOptions.class));
  }

  @Override
  public List<Variant<UnpairedRow>> variants() {
    return KtoVariants.of(this);
  }
}
