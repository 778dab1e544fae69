package dev.plumbline.reward.catalog;

import dev.plumbline.reward.PreferenceOracle;
import java.util.Optional;

/**
 * A kind of oracle that can be asked for by name.
 *
 * @param name how it is called, such as {@code regex}
 * @param usage how to write it, such as {@code regex[:PATTERN]}
 * @param description what it prefers, in a line
 * @param factory makes one
 */
public record OracleKind(String name, String usage, String description, Factory factory) {

  /** Makes an oracle of a kind. */
  @FunctionalInterface
  public interface Factory {
    /**
     * Makes an oracle.
     *
     * @param argument what follows the name and a colon, if anything
     * @param answers the expected answers of the prompts, where the data has them
     * @throws dev.plumbline.lm.UsageException if the argument is missing, wrong or not taken
     */
    PreferenceOracle create(Optional<String> argument, ExpectedAnswers answers);
  }
}
