package dev.plumbline.lm.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.checkpoint.Architecture;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.testing.Golden;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DecoderScriptTest {

  /** Many languages write numbers in digits of their own, which TorchScript does not read. */
  @Test
  void theSourceIsTheSameInEveryLanguage() {
    Architecture architecture = Architecture.of(ModelFolder.config(Golden.model("llama-gqa-tied")));
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.ROOT);
      String expected = DecoderScript.of(architecture);
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThat("%d".formatted(12)).as("the language has digits of its own").isNotEqualTo("12");
      assertThat(DecoderScript.of(architecture)).isEqualTo(expected);
    } finally {
      Locale.setDefault(before);
    }
  }
}
