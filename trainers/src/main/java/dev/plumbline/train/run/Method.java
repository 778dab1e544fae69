package dev.plumbline.train.run;

import dev.plumbline.lm.UsageException;
import dev.plumbline.train.config.OptionSchema;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.config.Settings;
import dev.plumbline.train.health.PairHealthOptions;
import dev.plumbline.train.loop.Companion;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.verify.Variant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A way to train that users can name. It has a package of its own and a line in the registry.
 *
 * @param <R> the rows that it trains on
 */
public interface Method<R> {

  /** What users call it: {@code dpo}. */
  String name();

  /** A sentence for a command's help. */
  String summary();

  /** The kind of its rows. */
  Class<R> rowType();

  /**
   * The records of its own options; {@link ReferenceOptions} among them if it has a reference,
   * {@link PairHealthOptions} if its metrics are those of chosen and rejected completions.
   */
  List<Class<? extends Record>> options();

  /** Its defaults for options that all methods share, by key. */
  Map<String, ?> defaults();

  /**
   * Refuses options that do not go together, beyond what their records say.
   *
   * @throws UsageException naming them
   */
  default void check(Options options) {}

  /** Gives rows what must be known of them before training, such as reference log-probs. */
  default List<R> prepare(List<R> rows, References references, Options options) {
    return rows;
  }

  /** What tells the recipe of a model that moves; closed when training ends. */
  default Companion<R> companion(References references, Options options) {
    return Companion.none();
  }

  /** The beta of the reward {@code beta * log(pi / ref)} that it trains, if it trains one. */
  default OptionalDouble rewardBeta(Options options) {
    return OptionalDouble.empty();
  }

  /** What it does with rows. */
  Recipe<R> recipe(Options options);

  /**
   * What it does with some of its own options set, the others at their defaults.
   *
   * @throws UsageException if they are wrong, or do not go together
   */
  default Recipe<R> recipe(Map<String, ?> settings) {
    Options options = new OptionSchema(Map.of(), options()).read(Settings.of(settings));
    check(options);
    return recipe(options);
  }

  /** Its losses, with what it says of each: what {@code plumbline verify} checks. */
  default List<Variant<R>> variants() {
    return List.of();
  }
}
