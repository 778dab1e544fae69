package dev.plumbline.reward;

/**
 * Scores an answer by its length in characters (Unicode code points): what "longer wins" would say,
 * the control that every judge must be told apart from.
 *
 * @param longer whether the longer answer scores higher, or the shorter
 */
public record LengthRule(boolean longer) implements Scorer {

  @Override
  public String name() {
    return longer ? "longer" : "shorter";
  }

  @Override
  public Score score(String prompt, String answer) {
    int length = answer.codePointCount(0, answer.length());
    return Score.of(longer ? length : -length, length + " characters");
  }
}
