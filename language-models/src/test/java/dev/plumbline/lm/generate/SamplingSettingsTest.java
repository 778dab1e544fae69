package dev.plumbline.lm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingSettingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|8|1|0|1|samples is 0; expected at least 1",
        "1|0|1|0|1|max_new_tokens is 0; expected at least 1",
        "1|8|-0.5|0|1|temperature is -0.5; expected 0 (greedy), or 1.0E-6 or more and finite",
        "1|8|1e-9|0|1|temperature is 1.0E-9; expected 0 (greedy), or 1.0E-6 or more and finite",
        "1|8|Infinity|0|1|temperature is Infinity; expected 0 (greedy), or 1.0E-6 or more and finite",
        "1|8|NaN|0|1|temperature is NaN; expected 0 (greedy), or 1.0E-6 or more and finite",
        "1|8|1|-1|1|top_k is -1; expected 0 (all tokens) or more",
        "1|8|1|0|0|top_p is 0.0; expected over 0 and at most 1",
        "1|8|1|0|1.1|top_p is 1.1; expected over 0 and at most 1",
        "2|8|0|0|1|samples is 2; expected 1 when temperature is 0: greedy samples are all alike",
      })
  void valuesOutOfRangeAreNamed(
      int samples, int tokens, double temperature, int topK, double topP, String message) {
    assertThatThrownBy(
            () -> new SamplingSettings(samples, tokens, temperature, topK, topP, Set.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void theStopIdsAreACopy() {
    Set<Integer> ids = new java.util.HashSet<>(Set.of(1));
    SamplingSettings settings = SamplingSettings.plain(1, 1, ids);
    ids.add(2);
    assertThat(settings.stopIds()).containsExactly(1);
  }
}
