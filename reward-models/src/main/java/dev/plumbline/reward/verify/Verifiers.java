package dev.plumbline.reward.verify;

import java.util.List;

/** All rules that there are. A new one is a class and its line here. */
public final class Verifiers {
  private static final List<Verifier> ALL =
      List.of(new ExactAnswer(), new ContainsText(), new RegularExpression(), new FinalNumber());

  private Verifiers() {}

  /** The rules, in the order to list them. */
  public static List<Verifier> all() {
    return ALL;
  }
}
