package dev.plumbline.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.UnpairedRow;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PreparedRowsTest {
  private static final PairRow PAIR =
      new PairRow("r", new int[] {1}, new int[] {2, 3, 4}, new int[] {5, 6}, -3, -2, 0.5);

  @Test
  void aCutPairKeepsAllButItsTokens() {
    PairRow pair = PAIR.withMargins(Map.of("brevity", new Margin(-3, -2)));
    PairRow cut = prepare(pair, 3).rows().get(0);
    assertThat(cut.chosen()).containsExactly(2, 3);
    assertThat(cut.rejected()).containsExactly(5, 6);
    assertThat(cut).usingRecursiveComparison().ignoringFields("chosen", "rejected").isEqualTo(pair);
  }

  @Test
  void marginsAreInTheHashOfTheRowsOnlyWhereThereAreSome() {
    String hash = prepare(PAIR, 9).hash();
    assertThat(prepare(PAIR.withMargins(Map.of()), 9).hash())
        .isEqualTo(hash)
        .as("of a version without margins")
        .isEqualTo("79f47113df8b3517024efd03acba8170083c7e6bb67c7f31bb3a9c11a7326aaf");
    String brevity = prepare(PAIR.withMargins(Map.of("brevity", new Margin(1, 2))), 9).hash();
    String turned = prepare(PAIR.withMargins(Map.of("brevity", new Margin(2, 1))), 9).hash();
    String other = prepare(PAIR.withMargins(Map.of("courtesy", new Margin(1, 2))), 9).hash();
    assertThat(List.of(hash, brevity, turned, other)).doesNotHaveDuplicates();
  }

  @Test
  void unpairedRowsAreCutAndTheirLabelIsInTheHash() {
    UnpairedRow row = new UnpairedRow("r", new int[] {1}, new int[] {2, 3, 4}, true, -3, 0.5);
    PreparedRows<UnpairedRow> cut = prepare(row, 3);
    assertThat(cut.rows().get(0))
        .usingRecursiveComparison()
        .isEqualTo(new UnpairedRow("r", new int[] {1}, new int[] {2, 3}, true, -3, 0.5));
    UnpairedRow other = new UnpairedRow("r", new int[] {1}, new int[] {2, 3, 4}, false, -3, 0.5);
    assertThat(prepare(other, 3).hash()).isNotEqualTo(cut.hash());
  }

  private static PreparedRows<UnpairedRow> prepare(UnpairedRow row, int maxLength) {
    return PreparedRows.of(List.of(row), RowShape.of(UnpairedRow.class), maxLength, 10);
  }

  private static PreparedRows<PairRow> prepare(PairRow row, int maxLength) {
    return PreparedRows.of(List.of(row), RowShape.of(PairRow.class), maxLength, 10);
  }
}
