package dev.plumbline.train.objective;

import java.util.List;
import java.util.SplittableRandom;

/** Pairs for tests. */
final class Pairs {
  /** The spec's four named vectors: moderate, wrong way round, and two extremes. */
  static final PairLogProbs A = pair(-12.5, -14.0, -13.0, -13.2);

  static final PairLogProbs B = pair(-20, -15, -18, -16);
  static final PairLogProbs C = pair(-40, -160, -100, -100);
  static final PairLogProbs D = pair(-160, -40, -100, -100);

  private Pairs() {}

  /** In the order of the spec's table: policy of chosen and rejected, reference of both. */
  static PairLogProbs pair(double pw, double pl, double rw, double rl) {
    return pair(pw, pl, rw, rl, 1, 1);
  }

  static PairLogProbs pair(double pw, double pl, double rw, double rl, int nw, int nl) {
    return new PairLogProbs(new CompletionLogProb(pw, rw, nw), new CompletionLogProb(pl, rl, nl));
  }

  static PairLogProbs named(String id) {
    return switch (id) {
      case "A" -> A;
      case "B" -> B;
      case "C" -> C;
      case "D" -> D;
      default -> throw new IllegalArgumentException(id);
    };
  }

  static PairLogProbs random(SplittableRandom random) {
    return pair(
        random.nextDouble(-60, 0),
        random.nextDouble(-60, 0),
        random.nextDouble(-60, 0),
        random.nextDouble(-60, 0),
        random.nextInt(1, 30),
        random.nextInt(1, 30));
  }

  static PairLogProbs withoutReference(PairLogProbs pair) {
    return pair(pair.chosen().policy(), pair.rejected().policy(), 0, 0);
  }

  /** The loss of a pair on its own. */
  static PairLoss loss(PairObjective objective, PairLogProbs pair) {
    return objective.losses(List.of(pair)).get(0);
  }

  /** The value of a step's loss from the shares of its pairs. */
  static double sum(List<PairLoss> shares) {
    return shares.stream().mapToDouble(PairLoss::value).sum();
  }
}
