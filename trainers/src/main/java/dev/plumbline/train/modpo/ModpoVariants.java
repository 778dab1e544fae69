package dev.plumbline.train.modpo;

import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.train.objective.Numerics;
import dev.plumbline.train.verify.Answer;
import dev.plumbline.train.verify.Bandit;
import dev.plumbline.train.verify.Claim;
import dev.plumbline.train.verify.Game;
import dev.plumbline.train.verify.Variant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@code modpo} says of its losses. */
final class ModpoVariants {
  private static final String OTHER = "other";
  private static final double[] REFERENCE = {.4, .3, .2, .1};
  private static final double[] UNIFORM = {.25, .25, .25, .25};
  private static final double[] LABELLED = {0, .5, 1, -.5};
  private static final double[] WORTH = {1, .2, -.6, .4};

  private ModpoVariants() {}

  static List<Variant<PairRow>> of(ModpoMethod method) {
    return List.of(
        variant(method, "weights=0.5,0.5", 0.1, 0.5, 0.5, Map.of())
            .answer(
                new Answer<>(
                    "M1",
                    new PairRow("M1", new int[] {1}, new int[] {2}, new int[] {5}, -1, -1, 1)
                        .withMargins(Map.of(OTHER, new Margin(1.2, 0.4))),
                    new double[] {-0.5, -1.8},
                    0.9991627362708936,
                    -0.12636248354722032))
            .without("see beta=0.5", Claim.GAME),
        optimum(method, "weights=0.5,0.5 beta=0.5", 0.5, 0.5),
        optimum(method, "weights=0.1,0.9 beta=0.5", 0.1, 0.9),
        optimum(method, "weights=1,0.1 beta=0.5", 1, 0.1),
        variant(method, "loss_type=hinge", 0.1, 0.5, 0.5, Map.of("loss_type", "hinge"))
            .without("the closed form is that of sigmoid", Claim.GAME));
  }

  private static Variant<PairRow> optimum(
      ModpoMethod method, String name, double first, double second) {
    Variant<PairRow> variant = variant(method, name, 0.5, first, second, Map.of());
    Bandit bandit = Bandit.ofEnds(4);
    List<PairRow> rows =
        bandit.population(REFERENCE, UNIFORM, Bandit.bradleyTerry(LABELLED)).stream()
            .map(ModpoVariants::withWorth)
            .toList();
    double[] sum = new double[4];
    Arrays.setAll(sum, i -> first * LABELLED[i] + second * WORTH[i]);
    return variant.game(
        Game.of(
            "weighted sum of rewards",
            bandit,
            REFERENCE,
            rows,
            8 * first * first,
            400,
            Bandit.tilted(REFERENCE, sum, 2)));
  }

  /** A row of the population is named after its arms. */
  private static PairRow withWorth(PairRow row) {
    int chosen = row.id().charAt(0) - '0';
    int rejected = row.id().charAt(2) - '0';
    return row.withMargins(Map.of(OTHER, new Margin(WORTH[chosen], WORTH[rejected])));
  }

  private static Variant<PairRow> variant(
      ModpoMethod method,
      String name,
      double beta,
      double first,
      double second,
      Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("beta", beta);
    all.put("weights", List.of(first, second));
    all.put("margins", List.of("column:" + OTHER));
    MarginRows rows = new MarginRows(OTHER, second / beta);
    boolean hinge = "hinge".equals(settings.get("loss_type"));
    return Variant.of(name, method.recipe(all), rows)
        .startsAt(row -> loss(hinge, -second * rows.gap(row) / first));
  }

  private static double loss(boolean hinge, double logit) {
    return hinge ? Math.max(0, 1 - logit) : Numerics.softplus(-logit);
  }
}
