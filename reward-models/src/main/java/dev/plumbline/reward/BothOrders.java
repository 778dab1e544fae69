package dev.plumbline.reward;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.reward.PreferenceOracle.Question;
import java.util.Arrays;
import java.util.List;

/**
 * What an oracle said when it was asked every question twice, the answers swapped the second time.
 * An oracle that reads one answer before the other may favour a place; the mean of both orders
 * doesn't.
 */
public final class BothOrders {
  /** {@code P(first beats second)} as first asked. */
  private final double[] asked;

  /** The same probability as told by the swapped question: 1 minus its answer. */
  private final double[] swapped;

  private BothOrders(double[] asked, double[] swapped) {
    this.asked = asked;
    this.swapped = swapped;
  }

  /**
   * Asks.
   *
   * @throws PlumblineException if the oracle answers with another count, NaN or a number outside
   *     [0, 1]; names the oracle
   */
  public static BothOrders ask(PreferenceOracle oracle, List<Question> questions) {
    double[] asked = once(oracle, questions);
    double[] swapped = once(oracle, questions.stream().map(Question::swapped).toList());
    return new BothOrders(asked, Arrays.stream(swapped).map(p -> 1 - p).toArray());
  }

  /** One order only, with the same checks. */
  public static double[] once(PreferenceOracle oracle, List<Question> questions) {
    double[] answers = oracle.prefer(questions);
    if (answers.length != questions.size()) {
      throw new PlumblineException(
          "oracle %s gave %d answers to %d questions; it must answer each once"
              .formatted(oracle.name(), answers.length, questions.size()));
    }
    for (int i = 0; i < answers.length; i++) {
      if (!(answers[i] >= 0 && answers[i] <= 1)) {
        throw new PlumblineException(
            "oracle %s answered %s to question %d; expected a probability in [0, 1]"
                .formatted(oracle.name(), answers[i], i + 1));
      }
    }
    return answers;
  }

  /** The mean of both orders. */
  public double preference(int question) {
    return (asked[question] + swapped[question]) / 2;
  }

  /** How far the orders were apart, in [0, 1]; 0 for an oracle that sees no order. */
  public double disagreement(int question) {
    return Math.abs(asked[question] - swapped[question]);
  }

  /** Whether the winner changed with the order: one order prefers the first, the other doesn't. */
  public boolean flipped(int question) {
    return (asked[question] - 0.5) * (swapped[question] - 0.5) < 0;
  }
}
