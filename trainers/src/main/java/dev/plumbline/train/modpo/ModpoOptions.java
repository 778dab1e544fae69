package dev.plumbline.train.modpo;

import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;
import dev.plumbline.train.objective.Link;
import dev.plumbline.train.objective.LossSum;
import dev.plumbline.train.objective.PairObjective;
import dev.plumbline.train.objective.Score;
import java.util.List;

/** The options of {@code modpo}. */
public record ModpoOptions(
    @Option(
            help = "Weights of the objectives: the labels' first, then one a margin.",
            defaultValue = "")
        List<Double> weights,
    @Option(
            help =
                "What completions are worth to the other objectives: column:NAME of the data, length"
                    + " (minus the tokens), or model:FOLDER that dpo trained.",
            defaultValue = "")
        List<String> margins,
    @Option(help = "Strength of the pull to the reference.", defaultValue = "0.1") double beta,
    @Option(help = "Loss of the labels.", defaultValue = "sigmoid", aliases = "loss")
        LossType lossType,
    @Option(
            help =
                "Whether the loss is multiplied by the first weight, which its gradient is divided by.",
            defaultValue = "false")
        boolean normalizeLoss) {

  /** What is made of the labels. */
  public enum LossType {
    SIGMOID,
    HINGE
  }

  public ModpoOptions {
    for (String margin : margins) {
      Check.that(
          MarginSource.parse(margin).isPresent(),
          "margins",
          margin,
          "column:NAME, length or model:FOLDER");
    }
    Check.that(
        margins.stream().map(ModpoOptions::source).map(MarginSource::name).distinct().count()
            == margins.size(),
        "margins",
        margins,
        "margins that differ in their names");
    Check.that(
        weights.isEmpty() || weights.size() == margins.size() + 1,
        "weights",
        weights,
        "one for the labels and one for each of margins (" + margins.size() + ")");
    Check.that(
        weights.isEmpty() || weights.get(0) > 0,
        "weights",
        weights,
        "a first one above 0: at 0 the result is the margins' own model, which needs no training");
    Check.that(
        weights.stream().allMatch(weight -> weight >= 0), "weights", weights, "none below 0");
    Check.that(beta > 0, "beta", beta, "a number above 0");
  }

  List<MarginSource> sources() {
    return margins.stream().map(ModpoOptions::source).toList();
  }

  private static MarginSource source(String value) {
    return MarginSource.parse(value).orElseThrow();
  }

  /** The estimate of the labels' own objective. */
  Score score() {
    return new Score.Remaining(new Score.LogRatio(beta), weights.get(0));
  }

  LossSum loss() {
    Link link = lossType == LossType.SIGMOID ? new Link.Logistic(0) : new Link.Hinge();
    return new LossSum(
        List.of(
            new LossSum.Term(
                PairObjective.difference(score(), link),
                normalizeLoss ? weights.get(0) : 1,
                LossSum.Mean.PAIRS)));
  }
}
