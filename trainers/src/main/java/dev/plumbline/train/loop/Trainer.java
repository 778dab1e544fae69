package dev.plumbline.train.loop;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.policy.Policy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trains a policy on rows: the loop that all methods share. The same rows, options and policy give
 * the same result, also when the run was killed in between and goes on from its checkpoints.
 *
 * @param <R> a row
 */
public final class Trainer<R> {
  /** The file of a run's metrics, in its folder. */
  public static final String METRICS = "metrics.jsonl";

  final Policy policy;
  final Recipe<R> recipe;
  final TrainerOptions options;
  final List<TrainingHook> hooks = new ArrayList<>();
  List<R> evaluationRows = List.of();
  Companion<R> companion = Companion.none();
  Optional<Path> folder = Optional.empty();
  Progress.Mode progress = Progress.Mode.NONE;

  public Trainer(Policy policy, Recipe<R> recipe, TrainerOptions options) {
    this.policy = policy;
    this.recipe = recipe;
    this.options = options;
  }

  /** Evaluates on rows that are not trained on. */
  public Trainer<R> evaluating(List<R> rows) {
    evaluationRows = List.copyOf(rows);
    return this;
  }

  /**
   * Keeps {@code metrics.jsonl}, {@code timing.jsonl} and {@code checkpoints/} in a folder that
   * exists, and goes on from the newest checkpoint there, if there is one. Without a folder nothing
   * is written.
   */
  public Trainer<R> into(Path folder) {
    this.folder = Optional.of(folder);
    return this;
  }

  /** Tells the recipe what is known of rows only when their step begins; the caller closes it. */
  public Trainer<R> companion(Companion<R> companion) {
    this.companion = companion;
    return this;
  }

  /** Adds somebody who looks on. */
  public Trainer<R> hook(TrainingHook hook) {
    hooks.add(hook);
    return this;
  }

  /** Shows progress on stderr; none by default. */
  public Trainer<R> progress(Progress.Mode mode) {
    progress = mode;
    return this;
  }

  /**
   * Trains.
   *
   * @param rows at least one, in the data's order
   * @throws PlumblineException if loss or gradient stop being finite, or the folder cannot be
   *     written; what was written before stays whole
   */
  public Outcome train(List<R> rows) {
    if (rows.isEmpty()) {
      throw new PlumblineException("there is no row to train on; look at the data");
    }
    if (options.loadBestModelAtEnd() && folder.isEmpty()) {
      throw new IllegalStateException("load_best_model_at_end needs a folder for checkpoints");
    }
    try (TrainingSession<R> session = new TrainingSession<>(this, List.copyOf(rows))) {
      return session.run();
    }
  }

  /**
   * How a training ended.
   *
   * @param steps optimiser steps done
   * @param tokens tokens seen, prompts and completions, no padding
   * @param bestStep after which step the evaluation loss was lowest; empty without evaluation set
   * @param bestLoss that loss; NaN without
   * @param stoppedEarly whether the evaluation loss had stopped falling
   * @param moved how far the policy moved: the mean change of the first rows' completion log-probs,
   *     in nats a token
   */
  public record Outcome(
      long steps,
      long tokens,
      Optional<Long> bestStep,
      double bestLoss,
      boolean stoppedEarly,
      double moved) {

    /** Whether the policy is as good as untrained: it moved less than 1e-3 nats a token. */
    public boolean hardlyMoved() {
      return moved < 1e-3;
    }
  }
}
