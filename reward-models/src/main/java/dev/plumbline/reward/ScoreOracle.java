package dev.plumbline.reward;

import java.util.List;

/**
 * Prefers the answer with the higher score, for certain; equal scores tie.
 *
 * @param scorer gives the scores
 */
public record ScoreOracle(Scorer scorer) implements PreferenceOracle {

  @Override
  public String name() {
    return scorer.name();
  }

  @Override
  public double[] prefer(List<Question> questions) {
    return questions.stream().mapToDouble(this::prefer).toArray();
  }

  private double prefer(Question question) {
    double first = scorer.score(question.prompt(), question.first()).value();
    double second = scorer.score(question.prompt(), question.second()).value();
    return (Math.signum(first - second) + 1) / 2;
  }
}
