package dev.plumbline.lm.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.checkpoint.Architecture;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.testing.Golden;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DecoderScriptTest {

  /** In Arabic, Java's formats write other digits, which TorchScript does not read. */
  @Test
  void theLanguageOfTheMachineDoesNotMatter() {
    Architecture architecture = Architecture.of(ModelFolder.config(Golden.model("llama-gqa-tied")));
    String script = DecoderScript.of(architecture);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThat("%d".formatted(1)).isNotEqualTo("1");
      assertThat(DecoderScript.of(architecture)).isEqualTo(script);
    } finally {
      Locale.setDefault(before);
    }
  }
}
