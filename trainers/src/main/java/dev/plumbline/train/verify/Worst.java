package dev.plumbline.train.verify;

/** Of many comparisons the one that is furthest off, measured in its tolerance. */
final class Worst {
  private final String property;
  private Finding worst;

  Worst(String property) {
    this.property = property;
  }

  void compare(double expected, double got, double tolerance, String where) {
    Finding finding = Finding.of(property, expected, got, tolerance, where);
    if (worst == null || excess(finding) > excess(worst)) {
      worst = finding;
    }
  }

  /** Two outcomes of a step that should be one. */
  void compare(Outcome expected, Outcome got, double tolerance, String where) {
    compare(
        expected.loss(),
        got.loss(),
        tolerance * Math.max(1, Math.abs(expected.loss())),
        where + ", loss");
    if (!expected.slopes().keySet().equals(got.slopes().keySet())) {
      compare(expected.slopes().size(), got.slopes().size(), 0, where + ", tokens with a gradient");
    }
    expected
        .slopes()
        .forEach(
            (token, slope) ->
                compare(
                    slope,
                    got.slopes().getOrDefault(token, Double.NaN),
                    tolerance * Math.max(1, Math.abs(slope)),
                    where + ", gradient"));
  }

  private static double excess(Finding finding) {
    double excess = Math.abs(finding.got() - finding.expected()) / finding.tolerance();
    boolean exact = finding.got() == finding.expected();
    return exact ? 0 : Double.isNaN(excess) ? Double.POSITIVE_INFINITY : excess;
  }

  Finding finding() {
    return worst;
  }
}
