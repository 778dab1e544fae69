package dev.plumbline.train.run;

import dev.plumbline.lm.UsageException;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.health.PairHealthOptions;
import dev.plumbline.train.loop.Recipe;
import java.util.List;
import java.util.Map;

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

  /** What it does with rows. */
  Recipe<R> recipe(Options options);
}
