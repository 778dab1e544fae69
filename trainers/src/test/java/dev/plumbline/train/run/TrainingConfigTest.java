package dev.plumbline.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.UsageException;
import dev.plumbline.train.Methods;
import dev.plumbline.train.config.OptionDescription;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.dpo.DpoMethod;
import dev.plumbline.train.loop.TrainerOptions;
import dev.plumbline.train.sft.SftMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingConfigTest {
  @TempDir Path folder;

  private static void assertRefused(Map<String, String> flags, String message) {
    assertThatThrownBy(() -> TrainingConfig.read(new DpoMethod(), Optional.empty(), flags))
        .isExactlyInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  /** Each loss says which options it uses; the others must keep their defaults. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hinge   | label-smoothing   | 0.1           | label_smoothing | 0.1 | sigmoid or exo_pair or robust or aot or aot_unpaired",
        "ipo     | label-smoothing   | 0.1           | label_smoothing | 0.1 | sigmoid or exo_pair or robust or aot or aot_unpaired",
        "sigmoid | ipo-reduction     | sum           | ipo_reduction   | sum | ipo",
        "hinge   | nll-normalization | sequence_mean | nll_normalization | sequence_mean | sft",
        "sft     | reference-free    | true          | reference_free  | true | sigmoid or hinge or ipo or exo_pair or robust or discopop or sigmoid_norm",
        "nca_pair | f-divergence-type | forward_kl   | f_divergence_type | forward_kl | sigmoid or hinge or ipo or exo_pair or robust or discopop or sigmoid_norm",
        "sigmoid | simpo-gamma       | 0.5           | simpo_gamma     | 0.5 | sigmoid_norm",
        "sigmoid | discopop-tau      | 0.1           | discopop_tau    | 0.1 | discopop",
      })
  void lossesRefuseWhatTheyDoNotUse(
      String loss, String flag, String value, String key, String shown, String users) {
    assertRefused(
        Map.of("loss-type", loss, flag, value),
        "--%s: %s is %s, but loss_type %s does not use it; remove it, or choose %s"
            .formatted(flag, key, shown, loss, users));
    assertThat(
            TrainingConfig.read(
                new DpoMethod(),
                Optional.empty(),
                Map.of("loss-type", "hinge," + users.replaceFirst(" .*", ""), flag, value)))
        .as("one loss of the list that uses it is enough")
        .isNotNull();
  }

  /** Beside these losses an option would mean something else than users think. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nca_pair     | f-divergence-type | f_divergence_type | js_divergence",
        "apo_down     | f-divergence-type | f_divergence_type | forward_kl",
        "sppo_hard    | reference-free    | reference_free    | true",
        "aot          | f-divergence-type | f_divergence_type | forward_kl",
        "aot_unpaired | use-weighting     | use_weighting     | true",
        "sft          | use-weighting     | use_weighting     | true",
        "sft          | ld-alpha          | ld_alpha          | 0.5",
      })
  void lossesThatDoNotGoWithAnOption(String loss, String flag, String key, String value) {
    assertRefused(
        Map.of("loss-type", "sigmoid," + loss, flag, value),
        "--%s: %s is %s, but loss_type %s does not go with it; remove one of them"
            .formatted(flag, key, value, loss));
  }

  @Test
  void alphaOfTheDivergence() {
    assertRefused(
        Map.of("f-alpha", "0.3"),
        "--f-alpha: f_alpha is 0.3, but f_divergence_type reverse_kl does not use it; remove it, or"
            + " choose alpha_divergence");
    assertRefused(
        Map.of("f-divergence-type", "alpha_divergence", "f-alpha", "0.3", "trl-alpha", "0.7"),
        "--f-alpha: f_alpha is 0.3, but f_alpha_divergence_coef is set; remove one of them");
    assertRefused(
        Map.of("f-divergence-type", "alpha_divergence", "f-alpha", "1"),
        "--f-alpha: f_alpha is 1.0; expected a number between 0 and 1");
    assertRefused(
        Map.of("f-divergence-type", "js_divergence", "reference-free", "true"),
        "--f-divergence-type: f_divergence_type is js_divergence, but reference_free is true;"
            + " remove one of them");
  }

  @Test
  void exoNeedsSmoothing() {
    assertRefused(
        Map.of("loss-type", "exo_pair"),
        "label_smoothing is 0.0; expected a number above 0 with loss_type exo_pair, such as 0.001");
  }

  @Test
  void rangesOfDpo() {
    assertRefused(Map.of("beta", "0"), "--beta: beta is 0.0; expected a number above 0");
    assertRefused(
        Map.of("label-smoothing", "0.5"),
        "--label-smoothing: label_smoothing is 0.5; expected a number from 0 to below 0.5");
    assertRefused(
        Map.of("loss-weights", "1,2"),
        "--loss-weights: loss_weights is [1.0, 2.0]; expected as many as loss_type has losses (1), or"
            + " none");
    assertRefused(
        Map.of("loss-type", ""), "--loss-type: loss_type is []; expected at least one loss");
    assertRefused(
        Map.of("device", "gpu"),
        "--device: device is gpu; expected cpu, cuda or cuda:n (n the GPU's number)");
  }

  @Test
  void optionsThatExcludeEachOther() {
    assertRefused(
        Map.of("max-steps", "10", "epochs", "2"),
        "--epochs: num_train_epochs is 2.0, but max_steps counts steps; remove one of them");
    assertRefused(
        Map.of("save-steps", "0", "save-total-limit", "2"),
        "--save-total-limit: save_total_limit is 2, but save_steps is 0; remove one of them");
  }

  @Test
  void everyMethodHasItsDefaults() {
    assertThat(rate(new DpoMethod())).isEqualTo(1e-6);
    assertThat(rate(new SftMethod())).isEqualTo(2e-5);
  }

  private static double rate(Method<?> method) {
    Options options = TrainingConfig.read(method, Optional.empty(), Map.of());
    return options.get(TrainerOptions.class).learningRate();
  }

  @Test
  void aFileMayNameItsMethod() throws IOException {
    Path file = Files.writeString(folder.resolve("run.yaml"), "method: dpo\nbeta: 0.3\n");
    assertThat(
            TrainingConfig.read(new DpoMethod(), Optional.of(file), Map.of()).values().get("beta"))
        .isEqualTo(0.3);
    assertThatThrownBy(() -> TrainingConfig.read(new SftMethod(), Optional.of(file), Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessage(file + ": method is dpo, but sft is trained; choose one");
  }

  @Test
  void aKeyOfAnotherMethodIsUnknown() {
    assertThatThrownBy(
            () ->
                TrainingConfig.read(
                    new SftMethod(), Optional.empty(), Map.of("label-smoothing", "0.1")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown flag --label-smoothing");
  }

  @Test
  void theRegistry() {
    assertThat(Methods.all().stream().map(Method::name)).containsExactly("sft", "dpo");
    assertThat(Methods.named("dpo")).isInstanceOf(DpoMethod.class);
    assertThatThrownBy(() -> Methods.named("ppo"))
        .isInstanceOf(UsageException.class)
        .hasMessage("no method is called ppo; there are sft, dpo");
  }

  /** What a command line needs: unique names, and a sentence for each. */
  @Test
  void everyOptionIsDescribed() {
    for (Method<?> method : Methods.all()) {
      List<OptionDescription> all = TrainingConfig.schema(method).descriptions();
      assertThat(all.stream().map(OptionDescription::flag)).doesNotHaveDuplicates();
      assertThat(all.stream().map(OptionDescription::key))
          .contains("learning_rate", "model_name_or_path", "max_length", "save_steps");
      assertThat(all)
          .allSatisfy(option -> assertThat(option.help()).as(option.key()).endsWith("."));
      assertThat(method.summary()).endsWith(".");
    }
  }

  @Test
  void theDocumentsNameEveryOption() throws IOException {
    Path docs = Path.of("..", "docs");
    for (Method<?> method : Methods.all()) {
      String text =
          Files.readString(docs.resolve("training.md"))
              + Files.readString(docs.resolve("methods/" + method.name() + ".md"));
      for (OptionDescription option : TrainingConfig.schema(method).descriptions()) {
        assertThat(text).contains("`" + option.key() + "`");
      }
    }
  }
}
