package dev.plumbline.train.health;

import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;
import java.util.EnumMap;
import java.util.Map;

/** What every method can find out of its own samples, and when that is an alarm. */
public record SampleHealthOptions(
    @Option(
            help =
                "Prompts that an evaluation samples, for the KL divergence from the reference; 0"
                    + " samples none.",
            defaultValue = "0")
        int klSamples,
    @Option(help = "Most tokens of such a sample.", defaultValue = "64") int klMaxNewTokens,
    @Option(
            help =
                "Alarm: nats a sample by which the policy may be away from the reference; 0 never"
                    + " fires.",
            defaultValue = "20")
        double alarmKl,
    @Option(
            help =
                "Alarm: share by which samples may be longer or shorter than the reference's; 0"
                    + " never fires.",
            defaultValue = "0.5")
        double alarmLength) {

  public SampleHealthOptions {
    Check.that(
        klSamples == 0 || klSamples >= 2,
        "kl_samples",
        klSamples,
        "0, or a whole number of at least 2 (one has no standard error)");
    Check.that(
        klMaxNewTokens >= 1, "kl_max_new_tokens", klMaxNewTokens, "a whole number of at least 1");
    Check.that(alarmKl >= 0, "alarm_kl", alarmKl, "a number of at least 0");
    Check.that(alarmLength >= 0, "alarm_length", alarmLength, "a number of at least 0");
  }

  Map<Alarm, Double> thresholds() {
    return new EnumMap<>(Map.of(Alarm.KL, alarmKl, Alarm.LENGTH, alarmLength));
  }
}
