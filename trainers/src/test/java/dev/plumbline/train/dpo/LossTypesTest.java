package dev.plumbline.train.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.train.config.OptionSchema;
import dev.plumbline.train.config.Settings;
import dev.plumbline.train.objective.CompletionLogProb;
import dev.plumbline.train.objective.PairLogProbs;
import dev.plumbline.train.objective.PairLoss;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The losses by their names: the formula that a name stands for, and its options. */
class LossTypesTest {

  private static Loss loss(Map<String, ?> values) {
    DpoOptions options =
        new OptionSchema(Map.of(), List.of(DpoOptions.class))
            .read(Settings.of(values))
            .get(DpoOptions.class);
    return pairs -> options.loss().shares(pairs, new double[] {1}, 1, 1);
  }

  private interface Loss {
    List<PairLoss> shares(List<PairLogProbs> pairs);

    default double value(double chosen, double rejected, int chosenTokens, int rejectedTokens) {
      CompletionLogProb better = new CompletionLogProb(chosen, 0, chosenTokens);
      CompletionLogProb worse = new CompletionLogProb(rejected, 0, rejectedTokens);
      return shares(List.of(new PairLogProbs(better, worse))).get(0).value();
    }
  }

  /** Where policy and reference agree, at beta 0.1: TRL's values too, a free first-step test. */
  @ParameterizedTest
  @CsvSource({
    "sigmoid, 0, 0.693147180560",
    "hinge, 0, 1",
    "ipo, 0, 25",
    "exo_pair, 0.001, 2.761230709098", // -ln 2 - (ln 0.999 + ln 0.001) / 2
    "nca_pair, 0, 1.386294361120",
    "robust, 0.1, 0.693147180560",
    "bco_pair, 0, 1.386294361120",
    "sppo_hard, 0, 50",
    "aot, 0.1, 0.693147180560",
    "aot_unpaired, 0.1, 0.693147180560",
    "apo_zero, 0, 1",
    "apo_down, 0, 1",
    "discopop, 0, 0.846573590280", // (ln 2 + 1) / 2
    "sigmoid_norm, 0, 0.693147180560"
  })
  void valuesWhereTrainingStarts(String name, double smoothing, double expected) {
    Map<String, Object> values = new HashMap<>(Map.of("loss_type", name));
    if (smoothing > 0) {
      values.put("label_smoothing", smoothing);
    }
    assertThat(loss(values).value(0, 0, 3, 7)).isCloseTo(expected, within(1e-10));
  }

  /**
   * Every divergence starts where DPO starts, whatever the link: scores count from equal places.
   */
  @ParameterizedTest
  @EnumSource(FDivergenceType.class)
  void everyDivergenceStartsTheSame(FDivergenceType divergence) {
    String name = divergence.name().toLowerCase(Locale.ROOT);
    for (String link : List.of("sigmoid", "hinge", "ipo", "sigmoid_norm", "robust", "discopop")) {
      Map<String, String> plain = Map.of("loss_type", link);
      Map<String, String> with = Map.of("loss_type", link, "f_divergence_type", name);
      assertThat(loss(with).value(0, 0, 3, 7))
          .as(link)
          .isCloseTo(loss(plain).value(0, 0, 3, 7), within(1e-12));
    }
  }

  /**
   * Log-ratios 2 and -1 of 4 and 2 tokens, beta 1/2, so rewards 1 and -1/2: formulas written out,
   * as TRL has them.
   */
  @ParameterizedTest
  @CsvSource({
    "bco_pair, 0.787338671698", // ln(1 + e^-1) + ln(1 + e^-0.5)
    "nca_pair, 1.206931023367", // ln(1 + e^-1) + ln(1 + e) / 2 + ln(1 + e^-0.5) / 2
    "sppo_hard, 1", // (2 - 1)^2 + (-1 + 1)^2
    "apo_zero, 0.646482090168", // sigmoid(-1) + sigmoid(-0.5)
    "apo_down, 0.913484102436", // sigmoid(1) + sigmoid(-1.5)
    "aot, 0.201413277983", // ln(1 + e^-1.5)
    "aot_unpaired, 0.201413277983",
    "sigmoid_norm, 0.474076984180", // ln(1 + e^-0.5)
    "ipo, 0" // 2/4 + 1/2 - 1
  })
  void formulas(String name, double expected) {
    Map<String, Object> values = Map.of("loss_type", name, "beta", 0.5);
    assertThat(loss(values).value(2, -1, 4, 2)).isCloseTo(expected, within(1e-10));
  }

  /** TRL's coefficient is 1 - alpha: 0.7 there is 0.3 here. */
  @Test
  void trlsCoefficientIsMirrored() {
    Map<String, Object> ours =
        Map.of("f_divergence_type", "alpha_divergence", "f_alpha", 0.3, "beta", 0.5);
    Map<String, Object> theirs =
        Map.of("f_divergence_type", "alpha_divergence", "trl_alpha", 0.7, "beta", 0.5);
    assertThat(loss(theirs).value(2, -1, 4, 2))
        .isCloseTo(loss(ours).value(2, -1, 4, 2), within(1e-12));
    // s(2) - s(-1) = (e^0.3 - e^-0.6) / 0.3
    double difference = (Math.exp(0.3) - Math.exp(-0.6)) / 0.3;
    assertThat(loss(ours).value(2, -1, 4, 2))
        .isCloseTo(Math.log1p(Math.exp(-0.5 * difference)), within(1e-12));
  }
}
