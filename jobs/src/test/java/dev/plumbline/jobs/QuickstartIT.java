package dev.plumbline.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, from the packaged distribution. */
class QuickstartIT {
  @TempDir Path folder;

  @Test
  void aSmallModelBecomesMeasurablyBetter() throws Exception {
    Distribution.Ended ended =
        Distribution.plumbline(folder, "quickstart", "--output", "quickstart", "--seed", 1);

    assertThat(ended.code()).as(ended.err()).isZero();
    JsonNode report =
        new ObjectMapper().readTree(folder.resolve("quickstart/report.json").toFile());
    assertThat(report.at("/win_rate_ci95/0").asDouble()).as(ended.out()).isGreaterThan(0.6);
    assertThat(ended.out()).contains("report: quickstart/report.html");
    assertThat(folder.resolve("quickstart/dpo/model/model.safetensors")).isRegularFile();
  }
}
