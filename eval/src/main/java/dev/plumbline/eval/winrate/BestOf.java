package dev.plumbline.eval.winrate;

import dev.plumbline.lm.UsageException;
import dev.plumbline.reward.BothOrders;
import dev.plumbline.reward.PreferenceOracle;
import dev.plumbline.reward.PreferenceOracle.Question;
import java.util.ArrayList;
import java.util.List;

/**
 * The best of several answers as a contestant of its own: draws {@code count} for each answer that
 * is asked for and gives the one that the oracle prefers to the others on average, of equals the
 * first. With the oracle that judges later it shows how much there is to win by choosing alone.
 *
 * @param drawn who answers
 * @param count how many answers to choose from, at least 2
 * @param oracle who chooses
 */
public record BestOf(Contestant drawn, int count, PreferenceOracle oracle) implements Contestant {
  public BestOf {
    if (count < 2) {
      throw new UsageException("best of " + count + "; expected at least 2");
    }
  }

  @Override
  public String name() {
    return "best of %s from %s".formatted(count, drawn.name());
  }

  @Override
  public List<List<Answer>> answer(List<String> prompts, int samples, long seed) {
    List<List<Answer>> all = drawn.answer(prompts, samples * count, seed);
    // One call for all questions: an oracle may work on many at a time.
    List<Question> questions = new ArrayList<>();
    for (int prompt = 0; prompt < prompts.size(); prompt++) {
      for (List<Answer> group : groups(all.get(prompt))) {
        addQuestions(questions, prompts.get(prompt), group);
      }
    }
    BothOrders said = BothOrders.ask(oracle, questions);
    List<List<Answer>> best = new ArrayList<>();
    int question = 0;
    for (List<Answer> answers : all) {
      List<Answer> chosen = new ArrayList<>();
      for (List<Answer> group : groups(answers)) {
        chosen.add(best(group, said, question));
        question += count * (count - 1) / 2;
      }
      best.add(chosen);
    }
    return best;
  }

  private List<List<Answer>> groups(List<Answer> answers) {
    List<List<Answer>> groups = new ArrayList<>();
    for (int from = 0; from < answers.size(); from += count) {
      groups.add(answers.subList(from, from + count));
    }
    return groups;
  }

  private static void addQuestions(List<Question> questions, String prompt, List<Answer> group) {
    for (int i = 0; i < group.size(); i++) {
      for (int j = i + 1; j < group.size(); j++) {
        questions.add(new Question(prompt, group.get(i).text(), group.get(j).text()));
      }
    }
  }

  /** The answer with the most wins, given where the group's questions start. */
  private static Answer best(List<Answer> group, BothOrders said, int from) {
    double[] wins = new double[group.size()];
    int question = from;
    for (int i = 0; i < wins.length; i++) {
      for (int j = i + 1; j < wins.length; j++, question++) {
        wins[i] += said.preference(question);
        wins[j] += 1 - said.preference(question);
      }
    }
    int best = 0;
    for (int i = 1; i < wins.length; i++) {
      best = wins[i] > wins[best] ? i : best;
    }
    return group.get(best);
  }
}
