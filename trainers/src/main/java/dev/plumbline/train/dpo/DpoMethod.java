package dev.plumbline.train.dpo;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.health.PairHealthOptions;
import dev.plumbline.train.loop.Companion;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.ReferenceOptions;
import dev.plumbline.train.run.References;
import dev.plumbline.train.verify.Variant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The method {@code dpo}. */
public final class DpoMethod implements Method<PairRow> {
  private static final Logger LOG = LoggerFactory.getLogger(DpoMethod.class);

  @Override
  public String name() {
    return "dpo";
  }

  @Override
  public String summary() {
    return "Direct preference optimisation: pairs of a better and a worse completion.";
  }

  @Override
  public Class<PairRow> rowType() {
    return PairRow.class;
  }

  @Override
  public List<Class<? extends Record>> options() {
    return List.of(DpoOptions.class, ReferenceOptions.class, PairHealthOptions.class);
  }

  @Override
  public Map<String, ?> defaults() {
    return Map.of("learning_rate", 1e-6);
  }

  @Override
  public void check(Options options) {
    DpoOptions dpo = options.get(DpoOptions.class);
    if (dpo.fAlphaDivergenceCoef().isPresent()) {
      options.refuse("f_alpha", "f_alpha_divergence_coef is set", "remove one of them");
    }
    if (!dpo.mayClamp()) {
      options.refuse("alarm_clamped", "no loss_type or f_divergence_type caps", "remove it");
    }
    if (dpo.referenceFree()) {
      options.refuse("f_divergence_type", "reference_free is true", "remove one of them");
      options.refuse("sync_ref_model", "reference_free is true", "remove one of them");
      options.refuse("ref_model_name_or_path", "reference_free is true", "remove one of them");
    }
    if (dpo.referenceFree() || dpo.syncRefModel()) {
      String because = (dpo.referenceFree() ? "reference_free" : "sync_ref_model") + " is true";
      options.refuse("precompute_ref_batch_size", because, "remove one of them");
      options.refuse("reference_cache", because, "remove one of them");
    }
    if (!dpo.syncRefModel()) {
      options.refuse("ref_model_mixup_alpha", "sync_ref_model is false", "set it to true");
      options.refuse("ref_model_sync_steps", "sync_ref_model is false", "set it to true");
    }
  }

  @Override
  public List<PairRow> prepare(List<PairRow> rows, References references, Options options) {
    DpoOptions dpo = options.get(DpoOptions.class);
    dpo.lossType().stream().filter(LossType::ranks).forEach(type -> requireEvenWeights(rows, type));
    dpo.fAlphaDivergenceCoef()
        .ifPresent(
            trls ->
                LOG.info(
                    "f_alpha_divergence_coef is TRL's 1 - alpha: {} is the paper's alpha {}",
                    trls,
                    (float) (1 - trls)));
    if (dpo.syncRefModel()) {
      rows.forEach(DpoMethod::requireNoReference);
    }
    return dpo.referenceFree() || dpo.syncRefModel() ? rows : references.fill(rows, dpo.sums());
  }

  private static void requireNoReference(PairRow row) {
    if (!Double.isNaN(row.refChosen()) || !Double.isNaN(row.refRejected())) {
      throw new PlumblineException(
          "row %s has reference log-probs, but sync_ref_model moves the reference; prepare the data without them"
              .formatted(row.id()));
    }
  }

  @Override
  public Companion<PairRow> companion(References references, Options options) {
    DpoOptions dpo = options.get(DpoOptions.class);
    return dpo.syncRefModel()
        ? new MovingReference(
            references.open(), dpo.sums(), dpo.refModelMixupAlpha(), dpo.refModelSyncSteps())
        : Companion.none();
  }

  /** IPO's beta is no scale of a reward, and other losses are not minimal where it is true. */
  @Override
  public OptionalDouble rewardBeta(Options options) {
    DpoOptions dpo = options.get(DpoOptions.class);
    boolean plain =
        dpo.lossType().contains(LossType.SIGMOID)
            && dpo.fDivergenceType() == FDivergenceType.REVERSE_KL
            && dpo.ldAlpha() == 1
            && !dpo.referenceFree()
            && !dpo.syncRefModel();
    return plain ? OptionalDouble.of(dpo.beta()) : OptionalDouble.empty();
  }

  private static void requireEvenWeights(List<PairRow> rows, LossType type) {
    for (PairRow row : rows) {
      if (row.weight() != 1) {
        throw new PlumblineException(
            "row %s has weight %s, but loss_type %s goes by ranks and cannot weigh rows; prepare the data without weight, or choose another loss"
                .formatted(row.id(), row.weight(), type.name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  @Override
  public Recipe<PairRow> recipe(Options options) {
    return new DpoRecipe(options.get(DpoOptions.class));
  }

  @Override
  public List<Variant<PairRow>> variants() {
    return DpoVariants.of(this);
  }
}
