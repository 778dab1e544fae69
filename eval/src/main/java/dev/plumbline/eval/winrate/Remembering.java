package dev.plumbline.eval.winrate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A contestant that answers the same question only once: several comparisons against one reference
 * then see the same answers of it, and pay for them once.
 */
public final class Remembering implements Contestant {
  private final Contestant asked;
  private final Map<Asked, List<List<Answer>>> answers = new HashMap<>();

  private record Asked(List<String> prompts, int samples, long seed) {}

  /**
   * Remembers what another answers.
   *
   * @param asked who is asked
   */
  public Remembering(Contestant asked) {
    this.asked = asked;
  }

  @Override
  public String name() {
    return asked.name();
  }

  @Override
  public List<List<Answer>> answer(List<String> prompts, int samples, long seed) {
    return answers.computeIfAbsent(
        new Asked(List.copyOf(prompts), samples, seed),
        any -> asked.answer(prompts, samples, seed));
  }
}
