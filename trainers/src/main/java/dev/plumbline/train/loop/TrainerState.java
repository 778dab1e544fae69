package dev.plumbline.train.loop;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where a run stands between two steps: what a checkpoint keeps beside the policy. */
final class TrainerState {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Optimiser steps done. */
  long step;

  /** Tokens seen. */
  long tokens;

  /** Steps since the last line of metrics, and what they came to. */
  int pendingSteps;

  double pendingLoss;
  Metrics pending = new Metrics();

  /** The best evaluation: after which step, 0 while there is none; and its loss. */
  long bestStep;

  double bestLoss = Double.POSITIVE_INFINITY;

  /** Evaluations since the best one. */
  int evaluationsSinceBest;

  /** Log-probs that the untrained policy gave to some completions. */
  double[] initialLogProbs = {};

  /** Length of the metrics file, in bytes. */
  long metricsBytes;

  void write(Path file) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("step", step).put("tokens", tokens);
    json.put("pending_steps", pendingSteps).put("pending_loss", pendingLoss);
    json.set("pending", JSON.valueToTree(pending.sums()));
    json.put("best_step", bestStep);
    if (bestStep > 0) {
      json.put("best_loss", bestLoss);
    }
    json.put("evaluations_since_best", evaluationsSinceBest);
    json.set("initial_log_probs", JSON.valueToTree(initialLogProbs));
    json.put("metrics_bytes", metricsBytes);
    Files.writeString(file, json.toPrettyString());
  }

  static TrainerState read(Path file) throws IOException {
    JsonNode json = JSON.readTree(file.toFile());
    TrainerState state = new TrainerState();
    state.step = json.required("step").asLong();
    state.tokens = json.required("tokens").asLong();
    state.pendingSteps = json.required("pending_steps").asInt();
    state.pendingLoss = json.required("pending_loss").asDouble();
    JSON.convertValue(json.required("pending"), new TypeReference<Map<String, double[]>>() {})
        .forEach(state.pending::addSum);
    state.bestStep = json.required("best_step").asLong();
    state.bestLoss = json.path("best_loss").asDouble(Double.POSITIVE_INFINITY);
    state.evaluationsSinceBest = json.required("evaluations_since_best").asInt();
    state.initialLogProbs = JSON.convertValue(json.required("initial_log_probs"), double[].class);
    state.metricsBytes = json.required("metrics_bytes").asLong();
    return state;
  }
}
