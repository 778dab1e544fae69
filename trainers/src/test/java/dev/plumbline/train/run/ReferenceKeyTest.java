package dev.plumbline.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.io.Hashes;
import dev.plumbline.train.loop.PairSums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceKeyTest {
  @TempDir private Path model;

  @Test
  void theTemplateIsFoundInEitherPlace() throws IOException {
    assertThat(key()).isEqualTo(new ReferenceKey("w", "none", "none", 9, PairSums.PLAIN));
    Path config = model.resolve("tokenizer_config.json");
    Files.writeString(config, "{\"chat_template\":null}");
    assertThat(key().template()).isEqualTo("none");
    Files.writeString(config, "{\"chat_template\":\"a\"}");
    String inConfig = key().template();
    Files.writeString(config, "{\"chat_template\":\"b\"}");
    assertThat(key().template()).isNotEqualTo(inConfig).hasSize(64);
    Files.writeString(model.resolve("chat_template.jinja"), "c");
    assertThat(key().template()).isEqualTo(Hashes.of("c"));
  }

  private ReferenceKey key() {
    return ReferenceKey.of(model, "w", 9);
  }
}
