package dev.plumbline.train.verify;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.policy.TabularPolicy;
import dev.plumbline.train.config.OptionSchema;
import dev.plumbline.train.config.Settings;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.loop.Trainer;
import dev.plumbline.train.loop.TrainerOptions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows on which a loss has a known minimum over all distributions: the trainer that trains decoders
 * takes a tabular policy there.
 *
 * @param name what is played
 * @param bandit the arms
 * @param start the policy's probabilities before training
 * @param rows to train on, all in a step
 * @param loop the loop's options; full-batch gradient descent at a constant rate unless they say
 *     otherwise
 * @param measure what is compared
 * @param expected of each arm
 * @param tolerance of each arm
 */
public record Game<R>(
    String name,
    Bandit bandit,
    double[] start,
    List<R> rows,
    Map<String, ?> loop,
    Measure measure,
    double[] expected,
    double tolerance) {

  /** What is compared of a policy. */
  public enum Measure {
    PROBABILITIES,
    /** Log-probs less that of the last arm: finer where an arm is nearly certain. */
    LOG_ODDS
  }

  /** Compares probabilities to 1e-9. */
  public static <R> Game<R> of(
      String name,
      Bandit bandit,
      double[] start,
      List<R> rows,
      double rate,
      int steps,
      double[] expected) {
    return new Game<>(
        name,
        bandit,
        start,
        rows,
        Map.of("learning_rate", rate, "max_steps", steps),
        Measure.PROBABILITIES,
        expected,
        1e-9);
  }

  /** Trains, and returns what is compared; NaN if training fails. */
  double[] play(Recipe<R> recipe) {
    Map<String, Object> values = new HashMap<>();
    values.put("optim", "sgd");
    values.put("lr_scheduler_type", "constant");
    values.put("max_grad_norm", 0);
    values.put("per_device_train_batch_size", rows.size());
    values.putAll(loop);
    TrainerOptions options =
        new OptionSchema(Map.of(), List.of(TrainerOptions.class))
            .read(Settings.of(values))
            .get(TrainerOptions.class);
    TabularPolicy policy = bandit.policy(start);
    try {
      new Trainer<>(policy, recipe, options).train(rows);
    } catch (PlumblineException diverged) {
      double[] nothing = new double[expected.length];
      Arrays.fill(nothing, Double.NaN);
      return nothing;
    }
    double[] got = policy.probabilities(bandit.prompt());
    if (measure == Measure.LOG_ODDS) {
      double[] logits = policy.logits(bandit.prompt());
      Arrays.setAll(got, i -> logits[i] - logits[logits.length - 1]);
    }
    return got;
  }
}
