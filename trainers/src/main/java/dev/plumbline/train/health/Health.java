package dev.plumbline.train.health;

import dev.plumbline.lm.policy.Policy;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.loop.TrainingHook;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a training and raises alarms. Rows are looked at, and samples drawn, where evaluations
 * are due; the share of capped pairs is looked at in every line of metrics that has it.
 */
public final class Health implements TrainingHook {
  private static final Logger LOG = LoggerFactory.getLogger(Health.class);

  /** An alarm is shown again when it is so many times as bad. */
  private static final double WORSE = 1.5;

  private final Map<Alarm, Double> thresholds = new EnumMap<>(Alarm.class);
  private final Map<Alarm, Double> shown = new EnumMap<>(Alarm.class);
  private Optional<WatchedRows<?>> rows = Optional.empty();
  private Optional<FreshSamples> samples = Optional.empty();
  private Map<Alarm, Double> ofRows = Map.of();

  /**
   * Watches rows.
   *
   * @param all of the training, of which the first are watched
   * @param policy as it is before training
   */
  public <R> Health watching(
      PairHealthOptions options, Recipe<R> recipe, List<R> all, Policy policy) {
    thresholds.putAll(options.thresholds());
    rows = Optional.of(new WatchedRows<>(recipe, all, policy));
    return this;
  }

  /** Draws samples at evaluations. */
  public Health sampling(SampleHealthOptions options, FreshSamples drawn) {
    thresholds.putAll(options.thresholds());
    samples = Optional.of(drawn);
    return this;
  }

  @Override
  public boolean evaluates() {
    return rows.isPresent() || samples.isPresent();
  }

  @Override
  public SortedMap<String, Double> evaluate(Policy policy, long step) {
    ofRows = rows.map(watched -> watched.measure(policy)).orElse(Map.of());
    return samples.map(drawn -> drawn.measure(policy)).orElseGet(TreeMap::new);
  }

  @Override
  public SortedMap<String, Double> alarms(Map<String, Object> line) {
    Map<Alarm, Double> measured = new EnumMap<>(Alarm.class);
    measured.putAll(ofRows);
    ofRows = Map.of();
    if (line.get("clamped_frac") instanceof Double clamped) {
      measured.put(Alarm.CLAMPED, clamped);
    }
    if (line.get(FreshSamples.KL) instanceof Double kl) {
      measured.put(Alarm.KL, kl);
      double length = (Double) line.get(FreshSamples.LENGTH);
      double reference = (Double) line.get(FreshSamples.REFERENCE_LENGTH);
      measured.put(Alarm.LENGTH, Math.abs(length / reference - 1));
    }
    SortedMap<String, Double> fired = new TreeMap<>();
    measured.forEach(
        (alarm, value) -> {
          double threshold = thresholds.getOrDefault(alarm, 0.0);
          boolean fires = threshold > 0 && value > threshold;
          if (fires) {
            fired.put(alarm.label(), value);
          }
          show(alarm, fires, value, (Long) line.get("step"));
        });
    return fired;
  }

  private void show(Alarm alarm, boolean fires, double value, long step) {
    if (fires && value > WORSE * shown.getOrDefault(alarm, 0.0)) {
      LOG.warn(alarm.message(step, value, thresholds.get(alarm)));
      shown.put(alarm, value);
    } else if (!fires && shown.remove(alarm) != null) {
      LOG.info("alarm {} is over after step {}", alarm.label(), step);
    }
  }
}
