package dev.plumbline.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairRowTest {
  private static final PairRow PAIR =
      new PairRow("r", new int[] {1}, new int[] {2}, new int[] {3}, -1, -2, 0.5);

  @Test
  void marginsCannotChangeAfterwards() {
    Map<String, Margin> margins = new HashMap<>(Map.of("a", new Margin(1, 2)));
    PairRow row = PAIR.withMargins(margins);
    margins.put("b", new Margin(3, 4));
    assertThat(row.margins()).containsOnlyKeys("a");
    assertThatThrownBy(() -> row.margins().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(PAIR.margins()).isEmpty();
  }

  @Test
  void allOtherPartsStay() {
    PairRow row = PAIR.withMargins(Map.of("a", new Margin(1, 2)));
    assertThat(row.withReference(-5, -6))
        .usingRecursiveComparison()
        .isEqualTo(
            new PairRow("r", new int[] {1}, new int[] {2}, new int[] {3}, -5, -6, 0.5)
                .withMargins(row.margins()));
    assertThat(row.swapped())
        .usingRecursiveComparison()
        .isEqualTo(
            new PairRow("r", new int[] {1}, new int[] {3}, new int[] {2}, -2, -1, 0.5)
                .withMargins(Map.of("a", new Margin(2, 1))));
  }
}
