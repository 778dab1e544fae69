package dev.plumbline.train.health;

import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;
import java.util.EnumMap;
import java.util.Map;

/** When the alarms fire of methods that compare a chosen with a rejected completion. */
public record PairHealthOptions(
    @Option(
            help =
                "Alarm: share of its start by which the chosen completions' log-prob may fall; 0"
                    + " never fires.",
            defaultValue = "0.2")
        double alarmDisplacement,
    @Option(
            help =
                "Alarm: share of pairs that may have a logistic slope below 0.01; 0 never fires.",
            defaultValue = "0.5")
        double alarmSaturation,
    @Option(
            help = "Alarm: share of pairs whose exponent may be capped; 0 never fires.",
            defaultValue = "0.1")
        double alarmClamped) {

  public PairHealthOptions {
    Check.that(
        alarmDisplacement >= 0, "alarm_displacement", alarmDisplacement, "a number of at least 0");
    share("alarm_saturation", alarmSaturation);
    share("alarm_clamped", alarmClamped);
  }

  private static void share(String key, double value) {
    Check.that(value >= 0 && value < 1, key, value, "a number from 0 to below 1");
  }

  Map<Alarm, Double> thresholds() {
    return new EnumMap<>(
        Map.of(
            Alarm.DISPLACEMENT, alarmDisplacement,
            Alarm.SATURATION, alarmSaturation,
            Alarm.CLAMPED, alarmClamped));
  }
}
