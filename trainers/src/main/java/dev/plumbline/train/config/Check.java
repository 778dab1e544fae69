package dev.plumbline.train.config;

/** What the constructors of option records check their components with. */
public final class Check {
  private Check() {}

  /**
   * Refuses a bad value.
   *
   * @param good whether the value is a good one
   * @param key the option's key
   * @param expected what a good value is, as in {@code "above 0"}
   */
  public static void that(boolean good, String key, Object found, String expected) {
    if (!good) {
      throw new Violation(key, found, expected);
    }
  }

  /** A bad value; becomes a usage error that says where the value came from. */
  static final class Violation extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;

    Violation(String key, Object found, String expected) {
      super("%s is %s; expected %s".formatted(key, found, expected));
      this.key = key;
    }

    String key() {
      return key;
    }
  }
}
