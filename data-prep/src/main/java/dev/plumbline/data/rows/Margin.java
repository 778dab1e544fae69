package dev.plumbline.data.rows;

/**
 * What the two answers of a pair are worth to another objective than the preference itself, such as
 * brevity.
 *
 * @param chosen worth of the preferred answer, higher is better
 * @param rejected worth of the other
 */
public record Margin(double chosen, double rejected) {

  /** The same with the answers in each other's place. */
  public Margin swapped() {
    return new Margin(/* chosen= */ rejected, /* rejected= */ chosen);
  }
}
