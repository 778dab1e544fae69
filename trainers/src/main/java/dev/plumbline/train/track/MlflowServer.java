package dev.plumbline.train.track;

import dev.plumbline.lm.UsageException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Where an MLflow server is, and who asks it.
 *
 * @param uri without a slash at its end
 * @param authorization the header of that name
 */
record MlflowServer(String uri, Optional<String> authorization) {
  static final String URI_EXPECTED =
      "http:// or https:// and a host, without user and password (those are MLFLOW_TRACKING_USERNAME"
          + " and MLFLOW_TRACKING_PASSWORD)";
  private static final String URI_VARIABLE = "MLFLOW_TRACKING_URI";

  static boolean isUri(String text) {
    try {
      URI uri = URI.create(text);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null;
    } catch (IllegalArgumentException notOne) {
      return false;
    }
  }

  /**
   * The server of the option or, where that is not set, of MLflow's own variables.
   *
   * @throws UsageException if neither names one
   */
  static MlflowServer of(Optional<String> option, Map<String, String> environment) {
    String uri = option.or(() -> variable(environment, URI_VARIABLE)).orElse("");
    if (uri.isEmpty()) {
      throw new UsageException(
          "report_to is mlflow, but mlflow_tracking_uri is not set; set it, or the variable "
              + URI_VARIABLE);
    }
    if (!isUri(uri)) {
      throw new UsageException(
          "the variable %s is '%s'; expected %s".formatted(URI_VARIABLE, uri, URI_EXPECTED));
    }
    return new MlflowServer(uri.replaceFirst("/+$", ""), authorization(environment));
  }

  /** A user's name and password win over a token, as in MLflow's own client. */
  private static Optional<String> authorization(Map<String, String> environment) {
    Optional<String> user = variable(environment, "MLFLOW_TRACKING_USERNAME");
    Optional<String> password = variable(environment, "MLFLOW_TRACKING_PASSWORD");
    if (user.isPresent() && password.isPresent()) {
      byte[] both = (user.get() + ":" + password.get()).getBytes(StandardCharsets.UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
    }
    return variable(environment, "MLFLOW_TRACKING_TOKEN").map(token -> "Bearer " + token);
  }

  /** A variable that is set and not empty. */
  static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
