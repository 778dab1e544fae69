package dev.plumbline.train.orpo;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.train.loop.PairSums;
import dev.plumbline.train.verify.Answer;
import dev.plumbline.train.verify.Claim;
import dev.plumbline.train.verify.PairRows;
import dev.plumbline.train.verify.Variant;
import java.util.List;
import java.util.Map;

/** What {@code orpo} says of its loss. */
final class OrpoVariants {
  private OrpoVariants() {}

  static List<Variant<PairRow>> of(OrpoMethod method) {
    return List.of(
        variant(method, "default", Map.of())
            // One token each, of log-probs -1 and -2.
            .answer(
                new Answer<>(
                    "-1 against -2",
                    new PairRow("row", new int[] {1}, new int[] {2}, new int[] {5}, 0, 0, 1),
                    new double[] {-1, -2},
                    1.0238183026413827,
                    -1.0335286607367833,
                    0.024511415061600417)),
        variant(method, "nll_includes_prompt=true", Map.of("nll_includes_prompt", true)));
  }

  private static Variant<PairRow> variant(OrpoMethod method, String name, Map<String, ?> settings) {
    return Variant.of(name, method.recipe(settings), new PairRows(PairSums.PLAIN, false, true))
        .without("it has no reference", Claim.START, Claim.LOG_RATIOS)
        .without("it is a likelihood, too, and odds a token are no differences", Claim.SHIFT)
        .without("it raises the likelihood of the chosen completion alone", Claim.SWAP)
        .without("its minimum has no closed form", Claim.GAME);
  }
}
