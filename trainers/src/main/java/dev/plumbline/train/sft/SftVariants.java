package dev.plumbline.train.sft;

import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.train.verify.Answer;
import dev.plumbline.train.verify.Bandit;
import dev.plumbline.train.verify.Claim;
import dev.plumbline.train.verify.CompletionRows;
import dev.plumbline.train.verify.Game;
import dev.plumbline.train.verify.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What SFT says of its loss. */
final class SftVariants {
  private static final double[] SHARES = {.4, .3, .2, .1};

  private SftVariants() {}

  static List<Variant<CompletionRow>> of(SftMethod method) {
    return List.of(
        Variant.of("default", method.recipe(Map.of()), new CompletionRows())
            .without("it has no reference", Claim.START, Claim.LOG_RATIOS)
            .without("its rows are no pairs", Claim.SHIFT, Claim.SWAP)
            // Six nats over three tokens: two a token.
            .answer(
                new Answer<>(
                    "-6 over 3 tokens",
                    new CompletionRow("row", new int[] {1}, new int[] {5, 4, 2}, 1),
                    new double[] {-6},
                    2,
                    -1.0 / 3))
            .game(shares()));
  }

  /** The likelihood is highest where the policy is the distribution of the data. */
  private static Game<CompletionRow> shares() {
    Bandit bandit = Bandit.ofEnds(SHARES.length);
    List<CompletionRow> rows = new ArrayList<>();
    for (int arm = 0; arm < SHARES.length; arm++) {
      rows.add(
          new CompletionRow("arm " + arm, bandit.prompt(), bandit.arms().get(arm), SHARES[arm]));
    }
    return Game.of("the data's shares", bandit, new double[] {1, 1, 1, 1}, rows, 4, 400, SHARES);
  }
}
