package dev.plumbline.eval.winrate;

import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.eval.stats.Clusters;
import dev.plumbline.eval.stats.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Comparisons in which the policy's answer was shorter than, about as long as, or longer than the
 * reference's. A policy that wins only where it is longer may win by length. Characters count, so
 * that answers of any source compare.
 *
 * @param name what the class is
 * @param comparisons how many fall into it
 * @param winRate the win rate among them, if there are any
 */
public record LengthClass(String name, int comparisons, Optional<Estimate> winRate) {
  /** Lengths that differ by less, relative to the longer, are alike. */
  private static final double ALIKE = 0.1;

  private enum Kind {
    SHORTER("policy shorter by over 10 %"),
    ALIKE("lengths alike"),
    LONGER("policy longer by over 10 %");

    final String text;

    Kind(String text) {
      this.text = text;
    }

    static Kind of(Comparison comparison) {
      int policy = comparison.answer().characters();
      int reference = comparison.reference().characters();
      double difference = (policy - reference) / (double) Math.max(1, Math.max(policy, reference));
      return difference > LengthClass.ALIKE
          ? LONGER
          : difference < -LengthClass.ALIKE ? SHORTER : ALIKE;
    }
  }

  static List<LengthClass> table(List<Comparison> comparisons, ClusterBootstrap bootstrap) {
    return Arrays.stream(Kind.values())
        .map(
            kind ->
                of(
                    kind.text,
                    comparisons.stream().filter(each -> Kind.of(each) == kind).toList(),
                    bootstrap))
        .toList();
  }

  private static LengthClass of(
      String name, List<Comparison> comparisons, ClusterBootstrap bootstrap) {
    return new LengthClass(
        name,
        comparisons.size(),
        comparisons.isEmpty()
            ? Optional.empty()
            : Optional.of(
                bootstrap.mean(
                    Clusters.ofShares(
                        comparisons.stream().map(Comparison::prompt).toList(),
                        comparisons.stream().mapToDouble(Comparison::preference).toArray()))));
  }
}
