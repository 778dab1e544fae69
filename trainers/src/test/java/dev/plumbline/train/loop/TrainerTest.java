package dev.plumbline.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final int STEPS = 6;

  @TempDir Path folder;

  private static Given.Lines train(
      Map<String, ?> loss, Map<String, ?> loop, int rows, boolean weighted) {
    Map<String, Object> all = new HashMap<>(Map.of("learning_rate", 2e-3, "max_steps", STEPS));
    all.putAll(loop);
    Given.Lines lines = new Given.Lines();
    try (DecoderPolicy policy = Given.decoder()) {
      List<PairRow> pairs = new ArrayList<>(Given.pairs(policy, rows));
      for (int i = 0; weighted && i < pairs.size(); i++) {
        pairs.set(i, weighted(pairs.get(i), 0.5 + i % 3));
      }
      new Trainer<>(policy, Given.dpo(loss), Given.loop(all)).hook(lines).train(pairs);
    }
    return lines;
  }

  private static PairRow weighted(PairRow row, double weight) {
    return new PairRow(
        row.id(),
        row.prompt(),
        row.chosen(),
        row.rejected(),
        row.refChosen(),
        row.refRejected(),
        weight);
  }

  /** 21 rows: the third step of every epoch is short, by rows and by micro-batches. */
  private static Given.Lines cut(
      Map<String, ?> loss, int micro, int accumulation, String averaging) {
    return train(
        loss,
        Map.of(
            "per_device_train_batch_size", micro,
            "gradient_accumulation_steps", accumulation,
            "averaging", averaging,
            "shuffle_dataset", true),
        21,
        true);
  }

  private static double worst(Given.Lines one, Given.Lines other, String name) {
    double worst = 0;
    assertThat(one.all).hasSameSizeAs(other.all);
    for (int i = 0; i < one.all.size(); i++) {
      worst = Math.max(worst, Math.abs(one.number(i, name) - other.number(i, name)));
    }
    return worst;
  }

  /** However a step is cut into micro-batches, loss, gradient and metrics are the step's. */
  @Test
  void eightTimesOneIsOneTimesEight() {
    Map<String, Object> loss =
        Map.of("loss_type", "sigmoid,sft", "loss_weights", "1,0.3", "label_smoothing", 0.1);
    Given.Lines whole = cut(loss, 8, 1, "step");
    assertThat(whole.training()).hasSize(STEPS);
    for (int[] cut : new int[][] {{1, 8}, {4, 2}, {2, 4}}) {
      Given.Lines parts = cut(loss, cut[0], cut[1], "step");
      for (int i = 0; i < STEPS; i++) {
        assertThat(parts.number(i, "loss")).isCloseTo(whole.number(i, "loss"), within(1e-5));
        double norm = whole.number(i, "grad_norm");
        assertThat(parts.number(i, "grad_norm")).isCloseTo(norm, within(1e-4 * norm));
        assertThat(parts.number(i, "num_tokens")).isEqualTo(whole.number(i, "num_tokens"));
      }
      for (String metric :
          List.of(
              "entropy",
              "logits/chosen",
              "logits/rejected",
              "logps/chosen",
              "mean_token_accuracy",
              "rewards/chosen",
              "rewards/margins")) {
        assertThat(worst(whole, parts, metric)).as(metric).isLessThan(5e-5);
      }
    }
  }

  /** The control: averaged as TRL does, loss and metrics depend on the cut, far beyond rounding. */
  @Test
  void meansOfMicroBatchesDependOnTheCut() {
    Map<String, Object> loss = Map.of("loss_type", "sigmoid,sft");
    Given.Lines whole = cut(loss, 8, 1, "micro_batch");
    Given.Lines parts = cut(loss, 2, 4, "micro_batch");
    assertThat(worst(whole, parts, "loss")).isGreaterThan(1e-3);
    assertThat(worst(whole, parts, "entropy")).isGreaterThan(1e-3);
  }

  /** Rows of weight 2 are rows that come twice. */
  @Test
  void aWeightIsARepetition() {
    try (DecoderPolicy policy = Given.decoder()) {
      List<PairRow> pairs = Given.pairs(policy, 3);
      List<PairRow> twice = List.of(pairs.get(0), pairs.get(0), pairs.get(1), pairs.get(2));
      List<PairRow> heavy = List.of(weighted(pairs.get(0), 2), pairs.get(1), pairs.get(2));
      Map<String, Object> one = Map.of("max_steps", 1, "per_device_train_batch_size", 4);
      Given.Lines repeated = new Given.Lines();
      Given.Lines weighing = new Given.Lines();
      Recipe<PairRow> recipe = Given.dpo(Map.of("loss_type", "sigmoid,sft"));
      new Trainer<>(policy, recipe, still(one)).hook(repeated).train(twice);
      new Trainer<>(policy, recipe, still(one)).hook(weighing).train(heavy);
      for (String name : List.of("loss", "grad_norm", "entropy", "logps/rejected")) {
        assertThat(weighing.number(0, name))
            .as(name)
            .isCloseTo(repeated.number(0, name), within(1e-4));
      }
    }
  }

  /** Options under which the policy does not move. */
  private static TrainerOptions still(Map<String, ?> values) {
    Map<String, Object> all = new HashMap<>(values);
    all.put("learning_rate", 0);
    return Given.loop(all);
  }

  @Test
  void theSameSeedGivesTheSameRunAndAnotherDoesNot() {
    Map<String, Object> loop = Map.of("shuffle_dataset", true, "per_device_train_batch_size", 4);
    Map<String, Object> other = new HashMap<>(loop);
    other.put("seed", 43);
    assertThat(train(Map.of(), loop, 12, false).all)
        .isEqualTo(train(Map.of(), loop, 12, false).all)
        .isNotEqualTo(train(Map.of(), other, 12, false).all);
  }

  /** A line covers the steps since the last one; the last step is always logged. */
  @Test
  void severalStepsALine() {
    Given.Lines single = train(Map.of(), Map.of("max_steps", 5), 40, false);
    Given.Lines pairs = train(Map.of(), Map.of("max_steps", 5, "logging_steps", 2), 40, false);
    assertThat(pairs.all.stream().map(line -> line.get("step")).toList())
        .containsExactly(2L, 4L, 5L);
    assertThat(pairs.number(0, "loss"))
        .isCloseTo((single.number(0, "loss") + single.number(1, "loss")) / 2, within(1e-12));
    assertThat(pairs.number(0, "rewards/margins"))
        .isCloseTo(
            (single.number(0, "rewards/margins") + single.number(1, "rewards/margins")) / 2,
            within(1e-12));
    assertThat(pairs.number(0, "grad_norm")).isEqualTo(single.number(1, "grad_norm"));
    assertThat(pairs.number(2, "loss")).isEqualTo(single.number(4, "loss"));
  }

  /** Evaluation weighs rows and tokens alike, whatever its batches; as TRL, it depends on them. */
  @Test
  void evaluationDoesNotDependOnItsBatches() {
    Map<Integer, Map<String, Object>> exact = new HashMap<>();
    Map<Integer, Map<String, Object>> likeTrl = new HashMap<>();
    try (DecoderPolicy policy = Given.decoder()) {
      List<PairRow> pairs = Given.pairs(policy, 24);
      for (String averaging : List.of("step", "micro_batch")) {
        for (int batch : new int[] {8, 5}) {
          Given.Lines lines = new Given.Lines();
          TrainerOptions options =
              still(
                  Map.of(
                      "max_steps", 1,
                      "averaging", averaging,
                      "per_device_eval_batch_size", batch));
          new Trainer<>(policy, Given.dpo(Map.of("loss_type", "sft")), options)
              .evaluating(pairs.subList(8, 24))
              .hook(lines)
              .train(pairs.subList(0, 8));
          (averaging.equals("step") ? exact : likeTrl).put(batch, lines.evaluations().get(0));
        }
      }
    }
    for (String name : List.of("eval_loss", "eval_entropy", "eval_logps/chosen")) {
      assertThat((double) exact.get(8).get(name))
          .as(name)
          .isCloseTo((double) exact.get(5).get(name), within(1e-5));
      assertThat(Math.abs((double) likeTrl.get(8).get(name) - (double) likeTrl.get(5).get(name)))
          .as(name)
          .isGreaterThan(1e-3);
    }
  }

  @Test
  void evaluationComesAtTheEndOfEpochsOrEverySoManySteps() {
    assertThat(evaluatedAfter(Map.of("num_train_epochs", 2.5))).containsExactly(3L, 6L, 8L);
    assertThat(evaluatedAfter(Map.of("max_steps", 7, "eval_steps", 3))).containsExactly(3L, 6L, 7L);
  }

  private static List<Long> evaluatedAfter(Map<String, ?> loop) {
    Map<String, Object> all = new HashMap<>(loop);
    all.put("per_device_train_batch_size", 4);
    List<Long> steps = new ArrayList<>();
    Given.Lines lines = new Given.Lines();
    try (DecoderPolicy policy = Given.decoder()) {
      new Trainer<>(policy, Given.dpo(Map.of()), still(all))
          .hook(
              new TrainingHook() {
                @Override
                public SortedMap<String, Double> evaluate(Policy same, long step) {
                  steps.add(step);
                  return new TreeMap<>(Map.of("win_rate", 0.5));
                }
              })
          .hook(lines)
          .train(Given.pairs(policy, 10));
    }
    assertThat(lines.all.stream().filter(line -> line.containsKey("win_rate")))
        .hasSize(steps.size());
    return steps;
  }

  /**
   * A rate that only harms: no evaluation is better than the first, so patience 2 stops at three.
   */
  @Test
  void stopsWhenTheEvaluationLossStopsFallingAndLoadsTheBest() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    Given.Lines lines = new Given.Lines();
    try (DecoderPolicy policy = Given.decoder();
        DecoderPolicy best = Given.decoder()) {
      List<PairRow> pairs = Given.pairs(policy, 24);
      Trainer.Outcome outcome =
          new Trainer<>(
                  policy,
                  Given.dpo(Map.of()),
                  Given.loop(
                      Map.of(
                          "learning_rate", 0.05,
                          "max_steps", 50,
                          "eval_steps", 2,
                          "early_stopping_patience", 2,
                          "load_best_model_at_end", true,
                          "save_total_limit", 1,
                          "logging_steps", 100,
                          "save_steps", 3)))
              .evaluating(pairs.subList(16, 24))
              .hook(lines)
              .into(run)
              .train(pairs.subList(0, 16));
      assertThat(outcome.stoppedEarly()).isTrue();
      long bestStep = outcome.bestStep().orElseThrow();
      assertThat(outcome.steps()).isEqualTo(bestStep + 4).isLessThan(50);
      assertThat(lines.training()).hasSize(1);
      assertThat(lines.training().get(0)).containsEntry("step", outcome.steps());
      Path checkpoint = run.resolve("checkpoints/step-" + bestStep);
      best.restore(checkpoint);
      assertThat(policy.weightsHash()).isEqualTo(best.weightsHash());
      try (var kept = Files.list(run.resolve("checkpoints"))) {
        assertThat(kept.map(path -> path.getFileName().toString()))
            .as("the newest one, and the best")
            .containsExactlyInAnyOrder("step-" + bestStep, "step-" + outcome.steps() / 3 * 3);
      }
    }
  }

  @Test
  void oldCheckpointsAreRemoved() throws IOException {
    try (DecoderPolicy policy = Given.decoder()) {
      new Trainer<>(
              policy,
              Given.dpo(Map.of()),
              Given.loop(Map.of("max_steps", 7, "save_steps", 2, "save_total_limit", 2)))
          .into(folder)
          .train(Given.pairs(policy, 16));
    }
    try (var kept = Files.list(folder.resolve("checkpoints"))) {
      assertThat(kept.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("step-4", "step-6");
    }
  }

  /** A row whose loss is NaN stops the run at its step, by name; everything before stays. */
  @Test
  void notANumberStopsTheRunAndNamesTheRow() throws IOException {
    try (DecoderPolicy policy = Given.decoder()) {
      List<PairRow> pairs = new ArrayList<>(Given.pairs(policy, 16));
      pairs.set(13, pairs.get(13).withReference(Double.NaN, -1));
      Trainer<PairRow> trainer =
          new Trainer<>(
                  policy,
                  Given.dpo(Map.of()),
                  Given.loop(
                      Map.of(
                          "learning_rate", 1e-3,
                          "per_device_train_batch_size", 4,
                          "save_steps", 2)))
              .into(folder);
      assertThatThrownBy(() -> trainer.train(pairs))
          .isExactlyInstanceOf(PlumblineException.class)
          .hasMessage(
              "step 4: the loss is NaN in pairs %s; mend or remove them, or lower learning_rate or"
                  + " max_grad_norm; the last checkpoint is %s",
              pairs.get(13).id(), folder.resolve("checkpoints/step-2"));
      assertThat(Files.readAllLines(folder.resolve("metrics.jsonl"))).hasSize(3);
      assertThat(policy.gradientNorm()).isZero();
    }
  }

  /** Weights that have left the numbers: the loss is NaN in every row, and the rows are named. */
  @Test
  void explodedWeightsStopTheRun() {
    try (DecoderPolicy policy = Given.decoder()) {
      Trainer<PairRow> trainer =
          new Trainer<>(
              policy,
              Given.dpo(Map.of()),
              Given.loop(Map.of("learning_rate", 1e30, "max_grad_norm", 0)));
      assertThatThrownBy(() -> trainer.train(Given.pairs(policy, 16)))
          .isExactlyInstanceOf(PlumblineException.class)
          .hasMessageStartingWith("step 2: the ")
          .hasMessageContaining(
              " is NaN in pairs line-8, line-9, line-10, line-11, line-12 and 3 more;");
    }
  }

  @Test
  void aPolicyThatHardlyMovesIsTold() {
    try (DecoderPolicy policy = Given.decoder()) {
      List<PairRow> pairs = Given.pairs(policy, 16);
      Trainer.Outcome still =
          new Trainer<>(policy, Given.dpo(Map.of()), Given.loop(Map.of("learning_rate", 1e-7)))
              .train(pairs);
      assertThat(still.moved()).isPositive();
      assertThat(still.hardlyMoved()).isTrue();
      Trainer.Outcome moved =
          new Trainer<>(policy, Given.dpo(Map.of()), Given.loop(Map.of("learning_rate", 1e-2)))
              .train(pairs);
      assertThat(moved.hardlyMoved()).isFalse();
    }
  }

  @Test
  void noRowIsAnError() {
    try (DecoderPolicy policy = Given.decoder()) {
      assertThatThrownBy(
              () ->
                  new Trainer<>(policy, Given.dpo(Map.of()), Given.loop(Map.of())).train(List.of()))
          .isExactlyInstanceOf(PlumblineException.class)
          .hasMessage("there is no row to train on; look at the data");
    }
  }

  @Test
  void timesAreKeptApart() throws IOException {
    try (DecoderPolicy policy = Given.decoder()) {
      List<PairRow> pairs = Given.pairs(policy, 16);
      new Trainer<>(
              policy, Given.dpo(Map.of()), Given.loop(Map.of("save_steps", 2, "max_steps", 2)))
          .evaluating(pairs.subList(0, 2))
          .into(folder)
          .train(pairs);
    }
    assertThat(Files.readAllLines(folder.resolve("timing.jsonl")))
        .anyMatch(
            line ->
                line.contains("\"pairs_per_second\":") && line.contains("\"tokens_per_second\":"))
        .anyMatch(line -> line.contains("\"evaluation_seconds\":"))
        .anyMatch(line -> line.contains("\"checkpoint_seconds\":"));
    assertThat(Files.readString(folder.resolve("metrics.jsonl"))).doesNotContain("second");
  }
}
