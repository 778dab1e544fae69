package dev.plumbline.reward.verify;

import dev.plumbline.lm.Excerpt;

/** The start of a text in quotes. */
final class Quote {
  private Quote() {}

  static String of(String text) {
    return "'" + Excerpt.of(text) + "'";
  }
}
