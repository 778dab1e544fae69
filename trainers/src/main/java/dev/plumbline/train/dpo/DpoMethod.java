package dev.plumbline.train.dpo;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.health.PairHealthOptions;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.ReferenceOptions;
import dev.plumbline.train.run.References;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The method {@code dpo}. */
public final class DpoMethod implements Method<PairRow> {

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
      for (String key :
          List.of("ref_model_name_or_path", "precompute_ref_batch_size", "reference_cache")) {
        options.refuse(key, "reference_free is true", "remove one of them");
      }
    }
  }

  @Override
  public List<PairRow> prepare(List<PairRow> rows, References references, Options options) {
    DpoOptions dpo = options.get(DpoOptions.class);
    dpo.lossType().stream().filter(LossType::ranks).forEach(type -> requireEvenWeights(rows, type));
    return dpo.referenceFree() ? rows : references.fill(rows, dpo.sums());
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
}
