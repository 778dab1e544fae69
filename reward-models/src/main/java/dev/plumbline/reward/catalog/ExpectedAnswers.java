package dev.plumbline.reward.catalog;

import dev.plumbline.lm.Excerpt;
import dev.plumbline.lm.PlumblineException;
import java.util.Map;

/**
 * The right answer of each prompt, as the data gives it.
 *
 * @param byPrompt prompt to expected answer
 * @param source where they come from, for messages: a file and its column
 */
public record ExpectedAnswers(Map<String, String> byPrompt, String source) {
  public ExpectedAnswers {
    byPrompt = Map.copyOf(byPrompt);
  }

  /** For oracles that need none. */
  public static ExpectedAnswers none() {
    return new ExpectedAnswers(Map.of(), "(no file given)");
  }

  /**
   * The expected answer of a prompt.
   *
   * @throws PlumblineException if there is none
   */
  public String of(String prompt) {
    String answer = byPrompt.get(prompt);
    if (answer == null) {
      throw new PlumblineException(
          "%s has no expected answer for the prompt '%s'; add it, or name one for all prompts as in exact:TEXT"
              .formatted(source, Excerpt.of(prompt.strip())));
    }
    return answer;
  }
}
