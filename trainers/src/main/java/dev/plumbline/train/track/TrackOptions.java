package dev.plumbline.train.track;

import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where a run is shown beside {@code metrics.jsonl}: the options of every method for that. */
public record TrackOptions(
    @Option(help = "Where else metrics are shown; nowhere by default.", defaultValue = "")
        List<TrackerType> reportTo,
    @Option(
            help = "Folder of TensorBoard's event files; tensorboard/ in the run by default.",
            defaultValue = "")
        Optional<Path> loggingDir,
    @Option(
            help = "MLflow's server, http:// or https://; MLFLOW_TRACKING_URI by default.",
            defaultValue = "")
        Optional<String> mlflowTrackingUri,
    @Option(
            help =
                "MLflow's experiment, made if it is not there; MLFLOW_EXPERIMENT_NAME by default,"
                    + " else Default.",
            defaultValue = "")
        Optional<String> mlflowExperiment,
    @Option(
            help = "What MLflow calls the run; the run folder's name by default.",
            defaultValue = "")
        Optional<String> runName) {

  public TrackOptions {
    reportTo = List.copyOf(reportTo);
    Check.that(
        reportTo.stream().distinct().count() == reportTo.size(),
        "report_to",
        reportTo,
        "each name once");
    mlflowTrackingUri.ifPresent(
        uri ->
            Check.that(
                MlflowServer.isUri(uri), "mlflow_tracking_uri", uri, MlflowServer.URI_EXPECTED));
  }
}
