package dev.plumbline.train.orpo;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.verify.Variant;
import java.util.List;
import java.util.Map;

/** The method {@code orpo}. */
public final class OrpoMethod implements Method<PairRow> {

  @Override
  public String name() {
    return "orpo";
  }

  @Override
  public String summary() {
    return "Odds ratio preference optimisation: pairs, without a reference.";
  }

  @Override
  public Class<PairRow> rowType() {
    return PairRow.class;
  }

  @Override
  public List<Class<? extends Record>> options() {
    return List.of(OrpoOptions.class);
  }

  @Override
  public Map<String, ?> defaults() {
    return Map.of("learning_rate", 1e-6);
  }

  @Override
  public Recipe<PairRow> recipe(Options options) {
    return new OrpoRecipe(options.get(OrpoOptions.class));
  }

  @Override
  public List<Variant<PairRow>> variants() {
    return OrpoVariants.of(this);
  }
}
