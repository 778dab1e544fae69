package dev.plumbline.train.sft;

import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.verify.Variant;
import java.util.List;
import java.util.Map;

/** The method {@code sft}. */
public final class SftMethod implements Method<CompletionRow> {

  @Override
  public String name() {
    return "sft";
  }

  @Override
  public String summary() {
    return "Supervised fine-tuning: completions of prompts, or plain text.";
  }

  @Override
  public Class<CompletionRow> rowType() {
    return CompletionRow.class;
  }

  @Override
  public List<Class<? extends Record>> options() {
    return List.of(SftOptions.class);
  }

  @Override
  public Map<String, ?> defaults() {
    return Map.of("learning_rate", 2e-5);
  }

  @Override
  public Recipe<CompletionRow> recipe(Options options) {
    return new SftRecipe(options.get(SftOptions.class).lossType());
  }

  @Override
  public List<Variant<CompletionRow>> variants() {
    return SftVariants.of(this);
  }
}
