package dev.plumbline.train.loop;

import dev.plumbline.lm.policy.Policy;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Something that looks on while a policy is trained. It must not move the policy. */
public interface TrainingHook {

  /**
   * Called once, before the first step of a session.
   *
   * @param step optimiser steps done before it: 0, or those of the checkpoint that it goes on from
   */
  default void begin(long step) {}

  /** Whether {@link #evaluate} has something to say, so that evaluations are due for it alone. */
  default boolean evaluates() {
    return true;
  }

  /**
   * Called where evaluations are due, after the evaluation set. The same policy and step must give
   * the same numbers: they are part of the run's deterministic record.
   *
   * @param step optimiser steps done
   * @return metrics by name, to be logged with the evaluation
   */
  default SortedMap<String, Double> evaluate(Policy policy, long step) {
    return new TreeMap<>();
  }

  /**
   * Called with every line of metrics before it is written, and where an evaluation was due even if
   * it has no metrics. The same lines must give the same alarms.
   *
   * @return what is wrong by name, with what was measured; goes into the line as {@code alarms}
   */
  default SortedMap<String, Double> alarms(Map<String, Object> line) {
    return new TreeMap<>();
  }

  /** Called with every line of metrics, after it was written. */
  default void logged(Map<String, Object> line) {}
}
