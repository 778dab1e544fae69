package dev.plumbline.train.kto;

import dev.plumbline.data.rows.Mismatch;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.train.objective.Numerics;
import dev.plumbline.train.verify.Answer;
import dev.plumbline.train.verify.Claim;
import dev.plumbline.train.verify.UnpairedRows;
import dev.plumbline.train.verify.Variant;
import java.util.List;
import java.util.Map;

/** What {@code kto} says of its losses. */
final class KtoVariants {
  private static final double BETA = 0.1;

  private KtoVariants() {}

  static List<Variant<UnpairedRow>> of(KtoMethod method) {
    return List.of(
        variant(method, "loss_type=kto", Map.of(), 1, 1, true)
            // A log-ratio of 1.3 against an estimate of 0.5.
            .answer(known("desirable", true, 0.48001065984441826, -0.02496004262801445))
            .answer(known("undesirable", false, 0.5199893401555818, 0.02496004262801445)),
        variant(
            method,
            "loss_type=kto desirable_weight=1.33 undesirable_weight=0.8",
            Map.of("desirable_weight", 1.33, "undesirable_weight", 0.8),
            1.33,
            0.8,
            true),
        variant(
            method,
            "loss_type=apo_zero_unpaired",
            Map.of("loss_type", "apo_zero_unpaired"),
            1,
            1,
            false));
  }

  private static Variant<UnpairedRow> variant(
      KtoMethod method,
      String name,
      Map<String, ?> settings,
      double desirable,
      double undesirable,
      boolean mismatches) {
    return Variant.of(name, method.recipe(settings), new UnpairedRows(mismatches))
        .startsAt(row -> start(row, row.label() ? desirable : undesirable))
        .without("its rows are no pairs", Claim.SHIFT, Claim.SWAP)
        .without("it has no minimum: slopes die on both sides", Claim.GAME);
  }

  /** Policy and reference agree on the completion; the mismatched one may say otherwise. */
  private static double start(UnpairedRow row, double weight) {
    double ahead = BETA * Math.max(0, row.mismatch().map(Mismatch::logRatio).orElse(0.0));
    return weight * Numerics.sigmoid(row.label() ? ahead : -ahead);
  }

  private static Answer<UnpairedRow> known(String name, boolean label, double loss, double slope) {
    UnpairedRow row =
        new UnpairedRow("row", new int[] {1}, new int[] {5, 2}, label, -4, 1)
            .withMismatch(new Mismatch(new int[] {6, 2}, -3, -2.5));
    return new Answer<>(name, row, new double[] {-2.7}, loss, slope);
  }
}
