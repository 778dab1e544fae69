package dev.plumbline.eval.winrate;

import dev.plumbline.eval.stats.ClusterBootstrap;
import dev.plumbline.eval.stats.Clusters;
import dev.plumbline.eval.stats.Estimate;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.random.RandomStream;
import dev.plumbline.reward.BothOrders;
import dev.plumbline.reward.PreferenceOracle;
import dev.plumbline.reward.PreferenceOracle.Question;
import dev.plumbline.reward.ScoreOracle;
import dev.plumbline.reward.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How often a policy's answers beat a reference's.
 *
 * @param policy what the policy's answers were like
 * @param reference what the reference's were like
 * @param oracle who judged
 * @param prompts how many different prompts were asked
 * @param samples comparisons a prompt
 * @param rate mean preference for the policy, a tie counting half, with its interval over prompts:
 *     it says what other prompts of the kind would give, not what other training runs would
 * @param wins share of comparisons that the policy won
 * @param ties share that ended even
 * @param orderDisagreement mean distance of the oracle's answers in both orders
 * @param flips share of comparisons whose winner changed with the order
 * @param lengths win rates by which answer is longer
 * @param parts mean of each part of the score, where the oracle compares scores
 * @param comparisons all of them, prompt by prompt
 */
public record WinRate(
    Side policy,
    Side reference,
    String oracle,
    int prompts,
    int samples,
    Estimate rate,
    double wins,
    double ties,
    double orderDisagreement,
    double flips,
    List<LengthClass> lengths,
    List<ScorePart> parts,
    List<Comparison> comparisons) {

  /**
   * Settings of an evaluation.
   *
   * @param samples comparisons a prompt, each of two fresh answers
   * @param seed decides all sampling and resampling
   * @param resamples of the bootstrap
   * @param confidence of the intervals
   */
  public record Options(int samples, long seed, int resamples, double confidence) {
    public Options {
      if (samples < 1) {
        throw new UsageException("samples is " + samples + "; expected at least 1");
      }
    }

    /** 10,000 resamples, 95 %. */
    public static Options of(int samples, long seed) {
      return new Options(samples, seed, 10_000, 0.95);
    }

    ClusterBootstrap bootstrap() {
      return new ClusterBootstrap(resamples, confidence, seed);
    }
  }

  /** Lets both answer and judges. The two draw from streams of their own, even if they are one. */
  public static WinRate run(
      Contestant policy,
      Contestant reference,
      List<String> prompts,
      PreferenceOracle oracle,
      Options options) {
    int samples = options.samples();
    return judge(
        policy.name(),
        reference.name(),
        prompts,
        policy.answer(prompts, samples, RandomStream.derive(options.seed(), "eval/policy")),
        reference.answer(prompts, samples, RandomStream.derive(options.seed(), "eval/reference")),
        oracle,
        options.bootstrap());
  }

  /**
   * Judges answers that are there.
   *
   * @param answers per prompt the policy's answers
   * @param references per prompt as many of the reference's
   * @throws dev.plumbline.lm.PlumblineException if the oracle answers with what is no probability
   */
  public static WinRate judge(
      String policy,
      String reference,
      List<String> prompts,
      List<List<Answer>> answers,
      List<List<Answer>> references,
      PreferenceOracle oracle,
      ClusterBootstrap bootstrap) {
    List<Question> questions = new ArrayList<>();
    List<Answer> own = new ArrayList<>();
    List<Answer> others = new ArrayList<>();
    for (int prompt = 0; prompt < prompts.size(); prompt++) {
      List<Answer> first = answers.get(prompt);
      List<Answer> second = references.get(prompt);
      if (first.isEmpty() || first.size() != second.size()) {
        throw new IllegalArgumentException(
            "prompt %d has %d answers of %s and %d of %s; expected as many, at least one"
                .formatted(prompt + 1, first.size(), policy, second.size(), reference));
      }
      for (int sample = 0; sample < first.size(); sample++) {
        own.add(first.get(sample));
        others.add(second.get(sample));
        questions.add(
            new Question(prompts.get(prompt), first.get(sample).text(), second.get(sample).text()));
      }
    }
    BothOrders said = BothOrders.ask(oracle, questions);
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      comparisons.add(
          new Comparison(
              questions.get(i).prompt(),
              own.get(i),
              others.get(i),
              said.preference(i),
              said.disagreement(i),
              said.flipped(i),
              scores(oracle, questions.get(i))));
    }
    return new WinRate(
        Side.of(policy, own),
        Side.of(reference, others),
        oracle.name(),
        prompts.size(),
        questions.size() / prompts.size(),
        bootstrap.mean(clusters(comparisons)),
        share(comparisons, Comparison::won),
        share(comparisons, Comparison::tied),
        comparisons.stream().mapToDouble(Comparison::disagreement).average().orElseThrow(),
        share(comparisons, Comparison::flipped),
        LengthClass.table(comparisons, bootstrap),
        ScorePart.means(comparisons),
        comparisons);
  }

  /** The preferences, prompt by prompt: for a paired comparison with another run. */
  public Clusters clusters() {
    return clusters(comparisons);
  }

  private static Clusters clusters(List<Comparison> comparisons) {
    return Clusters.ofShares(
        comparisons.stream().map(Comparison::prompt).toList(),
        comparisons.stream().mapToDouble(Comparison::preference).toArray());
  }

  private static Optional<Comparison.Scores> scores(PreferenceOracle oracle, Question question) {
    if (!(oracle instanceof ScoreOracle judge)) {
      return Optional.empty();
    }
    Scorer scorer = judge.scorer();
    return Optional.of(
        new Comparison.Scores(
            scorer.score(question.prompt(), question.first()),
            scorer.score(question.prompt(), question.second())));
  }

  private static double share(List<Comparison> comparisons, Predicate<Comparison> which) {
    return (double) comparisons.stream().filter(which).count() / comparisons.size();
  }
}
