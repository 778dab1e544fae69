package dev.plumbline.train.health;

import java.util.Locale;

/** What can go wrong, each with a measure that is 0 while all is well. */
enum Alarm {
  /** Chosen completions become less likely: by which share of their log-prob at the start. */
  DISPLACEMENT(
      "the chosen completions' log-prob has fallen by this share of its start",
      "lower learning_rate, raise beta or add a loss that holds them up"),
  /** The share of pairs that teach nothing more. */
  SATURATION(
      "this share of pairs has a logistic slope below 0.01 and teaches next to nothing",
      "train shorter, lower learning_rate or lower beta"),
  /** The share of pairs whose exponent was capped. */
  CLAMPED(
      "the exponent of this share of pairs is capped, and with it their gradient",
      "lower learning_rate or beta"),
  /** Nats a sample between policy and reference. */
  KL(
      "the policy is this many nats a sample away from the reference",
      "train shorter, lower learning_rate or raise beta"),
  /** By which share samples have become longer or shorter. */
  LENGTH(
      "samples are by this share longer or shorter than the reference's",
      "look at samples and at the lengths of the data");

  private final String meaning;
  private final String remedy;

  Alarm(String meaning, String remedy) {
    this.meaning = meaning;
    this.remedy = remedy;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  String message(long step, double measured, double threshold) {
    return String.format(
        Locale.ROOT,
        "alarm %s after step %d: %.3g, alarm_%1$s is %s: %s; %s",
        label(),
        step,
        measured,
        threshold,
        meaning,
        remedy);
  }
}
