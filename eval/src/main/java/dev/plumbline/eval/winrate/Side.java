package dev.plumbline.eval.winrate;

import dev.plumbline.eval.winrate.Answer.End;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What one side's answers were like.
 *
 * @param name who answered
 * @param meanTokens mean length in tokens, if all were counted
 * @param meanCharacters mean length in characters
 * @param finished share that met a stop id, if known
 * @param empty how many answers hold nothing but white space
 * @param distinct share of different texts among all answers
 */
public record Side(
    String name,
    OptionalDouble meanTokens,
    double meanCharacters,
    OptionalDouble finished,
    int empty,
    double distinct) {

  static Side of(String name, List<Answer> answers) {
    boolean counted = answers.stream().noneMatch(answer -> answer.tokens() == Answer.UNKNOWN);
    boolean known = answers.stream().noneMatch(answer -> answer.end() == End.UNKNOWN);
    return new Side(
        name,
        counted ? answers.stream().mapToInt(Answer::tokens).average() : OptionalDouble.empty(),
        answers.stream().mapToInt(Answer::characters).average().orElseThrow(),
        known
            ? answers.stream().mapToInt(a -> a.end() == End.FINISHED ? 1 : 0).average()
            : OptionalDouble.empty(),
        (int) answers.stream().filter(answer -> answer.text().isBlank()).count(),
        (double) new HashSet<>(answers.stream().map(Answer::text).toList()).size()
            / answers.size());
  }
}
