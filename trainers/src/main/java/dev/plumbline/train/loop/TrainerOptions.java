package dev.plumbline.train.loop;

import dev.plumbline.lm.policy.Update;
import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;

/** The options of the loop, the same for every method. */
public record TrainerOptions(
    @Option(
            help = "Learning rate at its highest.",
            defaultValue = "5e-5",
            aliases = {"lr"})
        double learningRate,
    @Option(
            help = "Rows a micro-batch: what is in memory at once.",
            defaultValue = "8",
            aliases = {"batch_size", "micro_batch_size"})
        int perDeviceTrainBatchSize,
    @Option(
            help = "Micro-batches an optimiser step.",
            defaultValue = "1",
            aliases = {"accumulation", "grad_accum"})
        int gradientAccumulationSteps,
    @Option(
            help = "Passes over the data; fractions are allowed.",
            defaultValue = "1",
            aliases = {"epochs"})
        double numTrainEpochs,
    @Option(
            help = "Optimiser steps, instead of num_train_epochs; -1 counts epochs.",
            defaultValue = "-1",
            aliases = {"steps"})
        int maxSteps,
    @Option(
            help = "How the learning rate runs over the steps.",
            defaultValue = "linear",
            aliases = {"schedule"})
        LrSchedulerType lrSchedulerType,
    @Option(
            help = "Steps over which the learning rate rises; the first one's rate is 0.",
            defaultValue = "0",
            aliases = {"warmup"})
        int warmupSteps,
    @Option(
            help = "The same as a share of all steps, rounded up, instead of warmup_steps.",
            defaultValue = "0")
        double warmupRatio,
    @Option(help = "Optimiser.", defaultValue = "adamw", aliases = "optimizer") Optim optim,
    @Option(
            help = "Decoupled decay of matrices and embeddings, never of norms and biases.",
            defaultValue = "0")
        double weightDecay,
    @Option(help = "Decay of the mean of gradients.", defaultValue = "0.9") double adamBeta1,
    @Option(help = "Decay of the mean of squared gradients.", defaultValue = "0.999")
        double adamBeta2,
    @Option(help = "Added to the root of the mean of squared gradients.", defaultValue = "1e-8")
        double adamEpsilon,
    @Option(
            help = "Gradients with a larger L2 norm are scaled down to it; 0 never clips.",
            defaultValue = "1.0",
            aliases = {"clip"})
        double maxGradNorm,
    @Option(
            help =
                "What loss and metrics are means over: all of a step, or (as TRL) its micro-batches.",
            defaultValue = "step")
        Averaging averaging,
    @Option(help = "Seed of everything random.", defaultValue = "42") long seed,
    @Option(
            help = "Whether each epoch has its own order; else the data's.",
            defaultValue = "true",
            aliases = {"shuffle"})
        boolean shuffleDataset,
    @Option(help = "Steps a line of metrics.jsonl.", defaultValue = "1") int loggingSteps,
    @Option(
            help = "Steps between evaluations; 0 evaluates at the end of every epoch.",
            defaultValue = "0")
        int evalSteps,
    @Option(
            help = "Rows a batch of the evaluation.",
            defaultValue = "8",
            aliases = {"eval_batch_size"})
        int perDeviceEvalBatchSize,
    @Option(
            help =
                "Evaluations without a better eval_loss after which training stops; 0 never stops.",
            defaultValue = "0",
            aliases = {"patience"})
        int earlyStoppingPatience,
    @Option(
            help = "Whether the result is the checkpoint with the best eval_loss.",
            defaultValue = "false",
            aliases = {"load_best"})
        boolean loadBestModelAtEnd,
    @Option(help = "Steps between checkpoints; 0 writes none.", defaultValue = "500") int saveSteps,
    @Option(
            help = "Checkpoints kept, beside the best one; 0 keeps all.",
            defaultValue = "0",
            aliases = {"keep"})
        int saveTotalLimit) {

  private static final String POSITIVE = "a whole number of at least 1";
  private static final String NOT_NEGATIVE = "a whole number of at least 0";

  public TrainerOptions {
    Check.that(learningRate >= 0, "learning_rate", learningRate, "a number of at least 0");
    atLeast1("per_device_train_batch_size", perDeviceTrainBatchSize);
    atLeast1("gradient_accumulation_steps", gradientAccumulationSteps);
    Check.that(numTrainEpochs > 0, "num_train_epochs", numTrainEpochs, "a number above 0");
    Check.that(
        maxSteps == -1 || maxSteps >= 1,
        "max_steps",
        maxSteps,
        POSITIVE + ", or -1 to count epochs");
    atLeast0("warmup_steps", warmupSteps);
    Check.that(
        warmupRatio >= 0 && warmupRatio < 1,
        "warmup_ratio",
        warmupRatio,
        "a number from 0 to below 1");
    Check.that(
        warmupSteps == 0 || warmupRatio == 0,
        "warmup_ratio",
        warmupRatio,
        "0 where warmup_steps is set (it is " + warmupSteps + ")");
    Check.that(weightDecay >= 0, "weight_decay", weightDecay, "a number of at least 0");
    below1("adam_beta1", adamBeta1);
    below1("adam_beta2", adamBeta2);
    Check.that(adamEpsilon > 0, "adam_epsilon", adamEpsilon, "a number above 0");
    Check.that(maxGradNorm >= 0, "max_grad_norm", maxGradNorm, "a number of at least 0");
    atLeast1("logging_steps", loggingSteps);
    atLeast0("eval_steps", evalSteps);
    atLeast1("per_device_eval_batch_size", perDeviceEvalBatchSize);
    atLeast0("early_stopping_patience", earlyStoppingPatience);
    atLeast0("save_steps", saveSteps);
    atLeast0("save_total_limit", saveTotalLimit);
  }

  private static void atLeast1(String key, int value) {
    Check.that(value >= 1, key, value, POSITIVE);
  }

  private static void atLeast0(String key, int value) {
    Check.that(value >= 0, key, value, NOT_NEGATIVE);
  }

  private static void below1(String key, double value) {
    Check.that(value >= 0 && value < 1, key, value, "a number from 0 to below 1");
  }

  /** All optimiser steps of a run. */
  long totalSteps(long stepsPerEpoch) {
    return maxSteps > 0 ? maxSteps : (long) Math.ceil(numTrainEpochs * stepsPerEpoch);
  }

  /** The learning rate of a step, the first is 0. */
  double rate(long step, long totalSteps) {
    long warmup = warmupRatio > 0 ? (long) Math.ceil(warmupRatio * totalSteps) : warmupSteps;
    return learningRate * lrSchedulerType.factor(step, warmup, totalSteps);
  }

  /** One optimiser step, given the gradient's norm. */
  Update update(double rate, double gradientNorm) {
    // PyTorch's clip_grad_norm_ adds 1e-6 to the norm.
    double scale = maxGradNorm > 0 ? Math.min(1, maxGradNorm / (gradientNorm + 1e-6)) : 1;
    return switch (optim) {
      case ADAMW -> new Update.AdamW(rate, scale, adamBeta1, adamBeta2, adamEpsilon, weightDecay);
      case SGD -> new Update.Sgd(rate, scale);
    };
  }
}
