package dev.plumbline.train.loop;

import dev.plumbline.lm.policy.Policy;
import java.util.List;

/**
 * What an algorithm does with rows; the {@link Trainer} does everything else (order, accumulation,
 * clipping, schedule, checkpoints, metrics). A recipe has no state.
 *
 * @param <R> a row
 */
public interface Recipe<R> {

  /** What the loss of one optimiser step is divided by, given all rows of the step. */
  Totals totals(List<R> rows);

  /**
   * Runs the policy forward and backward on a micro-batch: adds the gradient of the micro-batch's
   * part of the step's loss to the policy. Parts of one step add up to the step's loss, so that
   * eight micro-batches of one row equal one of eight.
   *
   * @param totals of the whole step
   */
  Measured accumulate(Policy policy, List<R> microBatch, Totals totals);

  /** The same numbers without gradient. */
  Measured evaluate(Policy policy, List<R> microBatch, Totals totals);

  /**
   * What the parts of a loss are divided by.
   *
   * @param rows rows, counted with their weights
   * @param tokens learned tokens that a token mean runs over
   */
  record Totals(double rows, double tokens) {}

  /**
   * What a micro-batch came to.
   *
   * @param loss its part of the step's loss
   * @param metrics sums with their weights
   * @param tokens tokens seen, prompts and completions, no padding
   */
  record Measured(double loss, Metrics metrics, long tokens) {}
}
