package dev.plumbline.train.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.TabularPolicy;
import dev.plumbline.lm.testing.Shared;
import dev.plumbline.train.config.OptionSchema;
import dev.plumbline.train.config.Settings;
import dev.plumbline.train.loop.Trainer;
import dev.plumbline.train.loop.TrainerOptions;
import dev.plumbline.train.run.ReferenceCache;
import dev.plumbline.train.verify.Bandit;
import dev.plumbline.train.verify.Game;
import dev.plumbline.train.verify.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The closed forms of {@link DpoGames} against the digits that the specification prints, and what a
 * game of one round cannot show. That training ends there is the conformance kit's to check.
 */
class ClosedFormOptimaTest {
  private static final List<Variant<PairRow>> VARIANTS = new DpoMethod().variants();

  private static List<Game<PairRow>> games(String variant) {
    return VARIANTS.stream()
        .filter(each -> each.name().equals(variant))
        .findFirst()
        .orElseThrow()
        .games();
  }

  private static double[] expected(String variant, int game) {
    return games(variant).get(game).expected();
  }

  /** A part of the specification: the text from one mark to another. */
  private static String part(String from, String to) throws IOException {
    String text = Files.readString(Shared.path("specs/preference.md"));
    int start = text.indexOf(from);
    return text.substring(start, text.indexOf(to, start));
  }

  /** Lists of four numbers in brackets, of which the second has a decimal point in front. */
  private static List<double[]> distributions(String text) {
    return Pattern.compile("\\((\\.\\d{6}(?:,\\.\\d{6}){3})\\)")
        .matcher(text)
        .results()
        .map(list -> Arrays.stream(list.group(1).split(",")))
        .map(numbers -> numbers.mapToDouble(Double::parseDouble).toArray())
        .toList();
  }

  private static void assertDigits(double[] expected, double[] printed) {
    for (int i = 0; i < printed.length; i++) {
      assertThat(expected[i]).as("arm %d", i).isCloseTo(printed[i], within(5.1e-7));
    }
  }

  /** (a) DPO at beta 1, 0.5 and 0.1, and without reference. */
  @Test
  void dpo() throws IOException {
    List<double[]> printed = distributions(part("(a) **DPO optimum**", "(b) **IPO optimum**"));
    assertThat(printed).hasSize(4);
    assertDigits(expected("loss_type=sigmoid beta=1", 0), printed.get(0));
    assertDigits(expected("loss_type=sigmoid beta=0.5", 0), printed.get(1));
    assertDigits(expected("loss_type=sigmoid", 0), printed.get(2));
    assertDigits(expected("loss_type=sigmoid reference_free=true beta=0.5", 0), printed.get(3));
  }

  /** (b) IPO, with preferences of any kind. */
  @Test
  void ipo() throws IOException {
    List<double[]> printed = distributions(part("(b) **IPO optimum**", "(c) **Two-action"));
    assertThat(printed).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertDigits(expected("loss_type=ipo ipo_reduction=sum beta=0.5", i), printed.get(i));
    }
  }

  /** (c) Two arms. */
  @Test
  void twoArms() throws IOException {
    String text = part("(c) **Two-action", "(d) **Reference");
    List<Double> sixDigits =
        Pattern.compile("\\d+\\.\\d{6}")
            .matcher(text)
            .results()
            .map(MatchResult::group)
            .map(Double::valueOf)
            .toList();
    assertThat(sixDigits).hasSize(4);
    assertThat(
            DoubleStream.of(
                    expected("loss_type=sigmoid label_smoothing=0.1", 0)[0],
                    expected("loss_type=sigmoid label_smoothing=0.1", 1)[0],
                    expected("loss_type=sigmoid label_smoothing=0.3", 0)[0],
                    expected("loss_type=robust label_smoothing=0.1", 0)[0])
                .boxed()
                .toList())
        .usingComparatorForType((a, b) -> Math.abs(a - b) < 5.1e-7 ? 0 : 1, Double.class)
        .isEqualTo(sixDigits);
    assertThat(text).contains("IPO (2p-1)/(2 tau) = 3.", "Hinge 10 (");
    assertThat(expected("loss_type=ipo ipo_reduction=sum", 0)[0]).isCloseTo(3, within(1e-12));
    assertThat(expected("loss_type=hinge", 0)[0]).isEqualTo(10);
  }

  /** (2.7) f-DPO: the first list of a row is for beta 0.5, the second for 0.1. */
  @ParameterizedTest
  @CsvSource({
    "rkl, f_divergence_type=reverse_kl",
    "fkl, f_divergence_type=forward_kl",
    "jsd, f_divergence_type=js_divergence",
    "alpha .3, f_divergence_type=alpha_divergence f_alpha=0.3",
    "alpha .5, f_divergence_type=alpha_divergence f_alpha=0.5",
    "alpha .7, f_divergence_type=alpha_divergence f_alpha=0.7"
  })
  void divergences(String row, String settings) throws IOException {
    String printed =
        part("### 2.7", "\n---")
            .lines()
            .filter(line -> line.startsWith("| " + row + " |"))
            .findFirst()
            .orElseThrow();
    assertThat(distributions(printed)).hasSize(2);
    assertDigits(expected(settings + " beta=0.5", 0), distributions(printed).get(0));
    assertDigits(expected(settings + " beta=0.1", 0), distributions(printed).get(1));
  }

  /** Something is said of every loss. */
  @ParameterizedTest
  @EnumSource(LossType.class)
  void everyLossHasAWord(LossType type) {
    Pattern named =
        Pattern.compile("loss_type=(\\w+,)*" + type.name().toLowerCase(Locale.ROOT) + "\\b");
    assertThat(VARIANTS).anyMatch(variant -> named.matcher(variant.name()).find());
  }

  /**
   * (d) Rounds with the reference moved to the last policy add up; with a fixed one they do not.
   */
  @Test
  void movingAndFixedReferences() throws IOException {
    Variant<PairRow> variant =
        VARIANTS.stream()
            .filter(each -> each.name().equals("loss_type=sigmoid beta=0.5"))
            .findFirst()
            .orElseThrow();
    Game<PairRow> game = variant.games().get(0);
    TabularPolicy moving = game.bandit().policy(game.start());
    TabularPolicy fixed = game.bandit().policy(game.start());
    for (int round = 0; round < 3; round++) {
      List<PairRow> against =
          ReferenceCache.compute(game.rows(), moving, game.rows().size(), done -> {});
      train(variant, moving, against);
      train(variant, fixed, game.rows());
    }
    double[] thrice = Bandit.tilted(game.start(), new double[] {0, .5, 1, -.5}, 3 / 0.5);
    assertPolicy(game, moving, thrice, 1e-7);
    assertDigits(thrice, distributions(part("(d) **Reference", "---")).get(0));
    assertPolicy(game, fixed, game.expected(), 1e-9);
  }

  private static void train(Variant<PairRow> variant, TabularPolicy policy, List<PairRow> rows) {
    TrainerOptions loop =
        new OptionSchema(Map.of(), List.of(TrainerOptions.class))
            .read(
                Settings.of(
                    Map.of(
                        "optim",
                        "sgd",
                        "lr_scheduler_type",
                        "constant",
                        "max_grad_norm",
                        0,
                        "per_device_train_batch_size",
                        rows.size(),
                        "learning_rate",
                        8,
                        "max_steps",
                        300)))
            .get(TrainerOptions.class);
    new Trainer<>(policy, variant.recipe(), loop).train(rows);
  }

  private static void assertPolicy(
      Game<PairRow> game, TabularPolicy policy, double[] expected, double tolerance) {
    double[] actual = policy.probabilities(game.bandit().prompt());
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("arm %d", i).isCloseTo(expected[i], within(tolerance));
    }
  }
}
