package dev.plumbline.train.modpo;

import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.UsageException;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.health.PairHealthOptions;
import dev.plumbline.train.loop.PairSums;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.ReferenceOptions;
import dev.plumbline.train.run.References;
import dev.plumbline.train.verify.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The method {@code modpo}. */
public final class ModpoMethod implements Method<PairRow> {

  @Override
  public String name() {
    return "modpo";
  }

  @Override
  public String summary() {
    return "Multi-objective DPO: labels of one objective, margins of others, weights between them.";
  }

  @Override
  public Class<PairRow> rowType() {
    return PairRow.class;
  }

  @Override
  public List<Class<? extends Record>> options() {
    return List.of(ModpoOptions.class, ReferenceOptions.class, PairHealthOptions.class);
  }

  @Override
  public Map<String, ?> defaults() {
    return Map.of("learning_rate", 1e-6);
  }

  @Override
  public void check(Options options) {
    ModpoOptions modpo = options.get(ModpoOptions.class);
    if (modpo.weights().size() < 2) {
      throw new UsageException(
          "weights is %s; expected two or more, as in weights: [0.5, 0.5] with margins: [length]; for one objective take dpo"
              .formatted(modpo.weights().isEmpty() ? "not set" : modpo.weights()));
    }
    options.refuse("alarm_clamped", "modpo caps no exponent", "remove it");
  }

  @Override
  public List<PairRow> prepare(List<PairRow> rows, References references, Options options) {
    List<MarginSource> sources = options.get(ModpoOptions.class).sources();
    sources.forEach(source -> source.require(rows, references));
    List<PairRow> filled = references.fill(rows, PairSums.PLAIN);
    List<Map<String, Margin>> margins = new ArrayList<>();
    filled.forEach(row -> margins.add(new TreeMap<>()));
    for (MarginSource source : sources) {
      List<Margin> worth = source.of(filled, references);
      for (int i = 0; i < worth.size(); i++) {
        margins.get(i).put(source.name(), worth.get(i));
      }
    }
    List<PairRow> known = new ArrayList<>();
    for (int i = 0; i < filled.size(); i++) {
      known.add(filled.get(i).withMargins(margins.get(i)));
    }
    return known;
  }

  @Override
  public Recipe<PairRow> recipe(Options options) {
    return new ModpoRecipe(options.get(ModpoOptions.class));
  }

  @Override
  public List<Variant<PairRow>> variants() {
    return ModpoVariants.of(this);
  }
}
