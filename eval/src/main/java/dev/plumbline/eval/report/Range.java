package dev.plumbline.eval.report;

import java.util.List;

/** What an axis spans. */
record Range(double low, double high) {

  /**
   * The range of those values that are finite.
   *
   * @param margin share of the span that is left free at both ends
   */
  static Range of(List<Double> values, double margin) {
    List<Double> finite = values.stream().filter(Double::isFinite).toList();
    double low = finite.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double high = finite.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double span = high - low;
    if (span < 1e-9 * Math.max(1, Math.abs(high))) {
      span = Math.max(1e-3, Math.abs(high) * 0.1);
      return new Range(low - span, high + span);
    }
    return new Range(low - margin * span, high + margin * span);
  }

  double place(double value, double from, double to) {
    return from + (value - low) / (high - low) * (to - from);
  }
}
