package dev.plumbline.jobs.command;

import static dev.plumbline.jobs.command.Sandbox.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.jobs.command.Sandbox.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a user gets wrong on the command line: exit code 2, a line that names it, nothing written.
 */
class MisuseTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "train --help",
        "train sft --help",
        "train dpo --help",
        "eval --help",
        "eval win-rate --help",
        "eval cross-validate dpo --help",
        "prepare --help",
        "generate --help",
        "init --help",
        "verify --help",
        "env --help",
        "quickstart --help",
        "sweep --help",
        "--version"
      })
  void helpIsNoMisuse(String arguments) {
    Ended ended = run((Object[]) arguments.split(" ", -1)).done();
    assertThat(ended.out()).isNotBlank();
    assertThat(ended.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          trian                                   | trian              | train
          train dqo                               | dqo                | dpo
          train dpo --lerning-rate 1e-3           | --lerning-rate     | --learning-rate
          eval winrate                            | winrate            | win-rate
          generate --model m --tempreature 1      | --tempreature      | --temperature
          init --output o --tokenizer t --layer 3 | --layer            | --layers
          """)
  void aTypoIsAnsweredWithTheNearestName(String arguments, String typo, String meant) {
    Ended ended = run((Object[]) arguments.split(" ", -1));
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err().lines()).singleElement().asString().contains(typo, meant);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --beta -1                      | beta                | above 0
          --beta one                     | beta                | number
          --lr-scheduler-type linaer     | lr_scheduler_type   | linear
          --loss-type sigmod             | loss_type           | sigmoid
          --loss-type hinge --label-smoothing 0.1 | label_smoothing | does not use it
          --max-steps 5 --num-train-epochs 2      | num_train_epochs | remove one
          --device gpu                   | device              | cuda:n
          --reference-free --reference-cache x    | reference_cache  | reference_free is true
          """)
  void aWrongValueNamesOptionAndExpectation(String flags, String option, String expected) {
    Path output = folder.resolve("run");
    String arguments = "train dpo --model m --data d --output " + output + " " + flags;
    run((Object[]) arguments.split(" ", -1)).refused(2, option, expected);
    assertThat(output).doesNotExist();
  }

  @Test
  void anUnknownKeyOfTheYamlIsNamedWithFileAndNearestKey() throws Exception {
    Path config = Files.writeString(folder.resolve("dpo.yaml"), "beta: 0.2\nlerning_rate: 1e-3\n");
    run("train", "dpo", "--config", config)
        .refused(2, config.toString(), "lerning_rate", "learning_rate");
  }

  @Test
  void theYamlOfAnotherMethodIsRefused() throws Exception {
    Path config = Files.writeString(folder.resolve("sft.yaml"), "method: sft\n");
    run("train", "dpo", "--config", config).refused(2, "method is sft", "dpo");
  }

  @Test
  void whatIsMissingIsNamed() {
    run("train", "dpo").refused(2, "output_dir is not set");
    run("train", "dpo", "--output", folder.resolve("run")).refused(2, "model_name_or_path");
    run("train", "dpo", "--output", folder.resolve("run"), "--model", "m")
        .refused(2, "data is not set");
    run("eval", "win-rate").refused(2, "--policy", "--reference", "--prompts", "--oracle");
    run("generate", "--model", Sandbox.MODEL).refused(2, "--prompt");
  }

  @Test
  void anOutputThatExistsIsKept() throws Exception {
    Path kept = Files.writeString(Files.createDirectory(folder.resolve("run")).resolve("a"), "b");
    Path run = kept.getParent();
    run("train", "dpo", "--model", "m", "--data", "d", "--output", run)
        .refused(2, run + " exists already", "--resume");
    run("quickstart", "--output", run).refused(2, run + " exists already");
    run("eval", "cross-validate", "dpo", "--model", "m", "--data", "d", "--output", run)
        .refused(2, run + " exists already");
    run("init", "--tokenizer", Sandbox.TASK.folder(), "--output", run)
        .refused(2, run + " exists already");
    assertThat(run).isDirectoryContaining(kept::equals);
  }

  @Test
  void anUnknownOracleListsAllThereAre() {
    run(
            "eval",
            "win-rate",
            "--policy",
            Sandbox.MODEL,
            "--reference",
            Sandbox.MODEL,
            "--prompts",
            Sandbox.TASK.prompts(),
            "--oracle",
            "erands")
        .refused(2, "erands", "errands", "exact", "longer");
  }

  @ParameterizedTest
  @CsvSource({
    "--temperature,-1",
    "--top-p,0",
    "--top-p,1.5",
    "--top-k,-1",
    "--samples,0",
    "--max-new-tokens,0"
  })
  void samplingOutsideItsRangeIsRefused(String flag, String value) {
    run("generate", "--model", Sandbox.MODEL, "--prompt", "a", flag, value)
        .refused(2, flag.substring(2).replace('-', '_').split("_", -1)[0], value);
  }

  @Test
  void foldsThatCannotBeDealtOut() {
    for (String folds : new String[] {"1", "1000"}) {
      Path output = folder.resolve("cv" + folds);
      Sandbox.crossValidate(Sandbox.MODEL, output, "--folds", folds)
          .refused(2, "--folds is " + folds, "expected 2 or more");
      assertThat(output).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--eval-batch-size,4",
    "--load-best,true",
    "--reference-free,true",
    "--reference-cache,x",
    "--eval-data,d"
  })
  void aCrossValidationRefusesWhatItWouldIgnore(String flag, String value) {
    Path output = folder.resolve("cv");
    Sandbox.crossValidate(Sandbox.MODEL, output, flag, value).refused(2, "a cross-validation");
    assertThat(output).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--hidden-size,0",
    "--layers,-1",
    "--heads,3",
    "--key-value-heads,3",
    "--intermediate-size,0",
    "--max-positions,0",
    "--vocabulary-size,9"
  })
  void aModelOfImpossibleSizeIsRefused(String flag, String value) {
    Path output = folder.resolve("model");
    run("init", "--tokenizer", Sandbox.TASK.folder(), "--output", output, flag, value)
        .refused(2, flag + " is " + value, "expected");
    assertThat(output).doesNotExist();
  }
}
