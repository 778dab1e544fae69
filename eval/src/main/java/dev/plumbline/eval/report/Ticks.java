package dev.plumbline.eval.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Round numbers along an axis. */
final class Ticks {
  private Ticks() {}

  /** Multiples of 1, 2 or 5 times a power of ten inside [low, high]; about as many as wanted. */
  static List<Double> in(double low, double high, int wanted) {
    double step = step((high - low) / wanted);
    List<Double> ticks = new ArrayList<>();
    for (double i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A number without digits that say nothing. */
  static String label(double tick) {
    double size = Math.abs(tick);
    if (size < 1e-12) {
      return "0";
    }
    String text =
        size < 1e-3 || size >= 1e6
            ? String.format(Locale.ROOT, "%.1e", tick).replace("e-0", "e-").replace("e+0", "e")
            : new BigDecimal(tick)
                .setScale(6, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
    return text.replace('-', '−');
  }

  private static double step(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }
}
