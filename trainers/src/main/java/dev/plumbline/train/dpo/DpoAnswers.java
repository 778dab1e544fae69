package dev.plumbline.train.dpo;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.train.verify.Answer;

/**
 * Four pairs whose losses are known: A as training likes it, B the wrong way round, C and D far
 * out. Their log-ratio differences are 1.3, -3, 120 and -120.
 */
final class DpoAnswers {
  private DpoAnswers() {}

  /**
   * Pair A.
   *
   * @param slopes in the log-probs of chosen and rejected; if there is one, the other is its
   *     negative; none if only the loss is known
   */
  static Answer<PairRow> a(double loss, double... slopes) {
    return answer("A", 1, 1, new double[] {-12.5, -14, -13, -13.2}, loss, slopes);
  }

  /** Pair A with so many tokens. */
  static Answer<PairRow> aOfTokens(int chosen, int rejected, double loss) {
    return answer(
        "A, %d and %d tokens".formatted(chosen, rejected),
        chosen,
        rejected,
        new double[] {-12.5, -14, -13, -13.2},
        loss);
  }

  static Answer<PairRow> b(double loss, double... slopes) {
    return answer("B", 1, 1, new double[] {-20, -15, -18, -16}, loss, slopes);
  }

  static Answer<PairRow> c(double loss, double... slopes) {
    return answer("C", 1, 1, new double[] {-40, -160, -100, -100}, loss, slopes);
  }

  static Answer<PairRow> d(double loss, double... slopes) {
    return answer("D", 1, 1, new double[] {-160, -40, -100, -100}, loss, slopes);
  }

  private static Answer<PairRow> answer(
      String name,
      int chosenTokens,
      int rejectedTokens,
      double[] logProbs,
      double loss,
      double... slopes) {
    PairRow row =
        new PairRow(
            "pair " + name,
            new int[] {1},
            new int[chosenTokens],
            new int[rejectedTokens],
            logProbs[2],
            logProbs[3],
            1);
    double[] both = slopes.length == 1 ? new double[] {slopes[0], -slopes[0]} : slopes;
    return new Answer<>("pair " + name, row, new double[] {logProbs[0], logProbs[1]}, loss, both);
  }
}
