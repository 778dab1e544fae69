package dev.plumbline.train.objective;

/** The logistic functions, finite for every finite argument and exact where training starts. */
public final class Numerics {
  /** Where exponents are capped: e^80 is 5.5e34, far from the end of float32 even after a scale. */
  public static final double CAP = 80;

  private Numerics() {}

  /** {@code log(1 + e^x)}. */
  public static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** {@code log sigmoid(x)}: never the log of a sigmoid, which underflows. */
  public static double logSigmoid(double x) {
    return -softplus(-x);
  }

  /** {@code 1 / (1 + e^-x)}: softplus's derivative, exactly 1/2 at 0. */
  public static double sigmoid(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  /** {@code e^x}, for x above {@link #CAP} that of the cap. */
  static double cappedExp(double x) {
    return Math.exp(Math.min(x, CAP));
  }
}
