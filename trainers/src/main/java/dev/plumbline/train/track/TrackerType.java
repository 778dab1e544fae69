package dev.plumbline.train.track;

import dev.plumbline.train.config.UsesOptions;
import java.util.Set;

/** Where else a run can be shown. */
public enum TrackerType implements UsesOptions {
  /** Event files that TensorBoard reads. */
  TENSORBOARD("logging_dir"),
  /** A run on an MLflow server. */
  MLFLOW("mlflow_tracking_uri", "mlflow_experiment", "run_name");

  private final Set<String> uses;

  TrackerType(String... uses) {
    this.uses = Set.of(uses);
  }

  @Override
  public Set<String> uses() {
    return uses;
  }
}
