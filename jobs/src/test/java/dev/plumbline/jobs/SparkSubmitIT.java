package dev.plumbline.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.data.read.PreparedFolder;
import dev.plumbline.data.synthetic.ErrandFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Preparing through a real spark-submit, from the assembly jar that users hand to their cluster.
 */
class SparkSubmitIT {
  @TempDir Path folder;

  @BeforeEach
  void writeTask() {
    new ErrandFiles(folder).write(new ErrandFiles.Sizes(30, 40, 5), 1);
  }

  @Test
  void preparesAndExitsWithZero() throws Exception {
    Distribution.Ended ended =
        submit("--input", "pairs.jsonl", "--output", "prepared", "--tokenizer", ".");

    assertThat(ended.err()).doesNotContain("Exception");
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).startsWith("prepared: 40 rows of kind pairs for training");
    assertThat(PreparedFolder.open(folder.resolve("prepared")).pairs()).hasSize(40);
  }

  @Test
  void oraclesReachTheExecutors() throws Exception {
    Distribution.Ended ended =
        submit(
            "--input",
            "pairs.jsonl",
            "--output",
            "prepared",
            "--tokenizer",
            ".",
            "--margin",
            "courtesy=errands-courtesy");

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(PreparedFolder.open(folder.resolve("prepared")).pairs())
        .hasSize(40)
        .allMatch(row -> row.margins().get("courtesy").chosen() > 0);
  }

  @Test
  void aFailureExitsWithOneAndALine() throws Exception {
    Distribution.Ended ended =
        submit("--input", "missing.jsonl", "--output", "prepared", "--tokenizer", ".");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err())
        .contains("plumbline: cannot read missing.jsonl")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("prepared")).doesNotExist();
  }

  @Test
  void wrongUsageExitsWithTwo() throws Exception {
    Distribution.Ended ended =
        submit("--input", "pairs.jsonl", "--output", "prepared", "--tokenizer", ".", "--sede", "1");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("'--sede'").contains("did you mean --seed");
  }

  private Distribution.Ended submit(Object... arguments) throws Exception {
    Object[] all = new Object[arguments.length + 5];
    all[0] = "--master";
    all[1] = "local[2]";
    all[2] = "--class";
    all[3] = "dev.plumbline.jobs.spark.PrepareJob";
    all[4] = Distribution.file("spark/plumbline-assembly.jar");
    System.arraycopy(arguments, 0, all, 5, arguments.length);
    return Distribution.sparkSubmit(folder, all);
  }
}
