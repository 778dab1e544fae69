package dev.plumbline.reward.verify;

import dev.plumbline.lm.UsageException;
import dev.plumbline.reward.Score;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last number of the answer equals the expected one: signs, thousands separators, decimals and
 * powers of ten are read; units and words around it don't matter. Numbers are compared exactly, so
 * 2.50 is 2.5.
 */
final class FinalNumber implements Verifier {
  /** A sign after a letter or digit is a dash. Bounded and possessive: reads any text once. */
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?:(?<![\\w.)])[-+\u2212])?"
              + "(?:\\d{1,3}(?:,\\d{3}){1,20}+(?!\\d)|\\d++|(?<![\\w.])(?=\\.\\d))"
              + "(?:\\.\\d++)?"
              + "(?:[eE][-+]?\\d{1,4}(?!\\w))?");

  private static final int MOST_DIGITS = 1000;

  @Override
  public String name() {
    return "number";
  }

  @Override
  public String description() {
    return "the last number of the answer is the expected one";
  }

  @Override
  public Score verify(String expected, String answer) {
    BigDecimal wanted =
        last(expected)
            .flatMap(FinalNumber::value)
            .orElseThrow(
                () ->
                    new UsageException(
                        "%s is no number; the rule 'number' needs one to compare with"
                            .formatted(Quote.of(expected))));
    Optional<String> found = last(answer);
    if (found.isEmpty()) {
      return Score.of(0, "holds no number, expected " + Quote.of(expected));
    }
    boolean equal = value(found.get()).filter(value -> value.compareTo(wanted) == 0).isPresent();
    return equal
        ? Score.of(1, "ends in " + Quote.of(found.get()))
        : Score.of(
            0, "ends in %s, expected %s".formatted(Quote.of(found.get()), Quote.of(expected)));
  }

  private static Optional<String> last(String text) {
    Matcher matcher = NUMBER.matcher(text);
    String last = null;
    while (matcher.find()) {
      last = matcher.group();
    }
    return Optional.ofNullable(last);
  }

  private static Optional<BigDecimal> value(String number) {
    return number.length() > MOST_DIGITS
        ? Optional.empty()
        : Optional.of(new BigDecimal(number.replace(",", "").replace('\u2212', '-')));
  }
}
