package dev.plumbline.eval.winrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.data.synthetic.ErrandScorer;
import dev.plumbline.data.synthetic.ErrandTask;
import dev.plumbline.data.synthetic.ErrandTokenizer;
import dev.plumbline.data.synthetic.Split;
import dev.plumbline.eval.winrate.Answer.End;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.checkpoint.GenerationConfig;
import dev.plumbline.lm.checkpoint.RandomModel;
import dev.plumbline.lm.checkpoint.RopeScaling;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.text.TextTokenizer;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.reward.ScoreOracle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real decoder that has learnt nothing, on the errands task. */
class PolicyContestantTest {
  private static final List<String> PROMPTS = new ErrandTask(1).prompts(Split.TEST, 30);
  private static final int MOST_TOKENS = 20;

  @TempDir private static Path folder;
  private static TextTokenizer tokenizer;
  private static DecoderPolicy policy;

  @BeforeAll
  static void load() throws IOException {
    DecoderConfig config =
        new DecoderConfig(
            "llama",
            ErrandTokenizer.vocabularySize(),
            32,
            2,
            2,
            2,
            16,
            64,
            1e-5,
            64,
            false,
            false,
            true,
            new RopeScaling.Plain(10_000));
    RandomModel.write(
        config, GenerationConfig.of(List.of(0), OptionalInt.empty(), OptionalInt.of(1)), 5, folder);
    ErrandTokenizer.write(folder);
    tokenizer = TextTokenizer.load(folder);
    policy = DecoderPolicy.load(folder, ComputeDevice.CPU);
  }

  @AfterAll
  static void close() {
    policy.close();
    tokenizer.close();
  }

  @Test
  void answersAreTextWithTheirLengthAndEnd() {
    List<List<Answer>> answers = contestant(1).answer(PROMPTS, 4, 7);
    assertThat(answers).hasSize(30).allSatisfy(of -> assertThat(of).hasSize(4));
    List<Answer> all = answers.stream().flatMap(List::stream).toList();
    // Each token ends the answer with probability 1/110.
    assertThat(all)
        .extracting(Answer::end)
        .contains(End.FINISHED, End.CUT)
        .doesNotContain(End.UNKNOWN);
    assertThat(all)
        .allSatisfy(
            answer -> {
              assertThat(answer.text()).doesNotContain(ErrandTokenizer.END);
              assertThat(answer.tokens()).isBetween(1, MOST_TOKENS);
              assertThat(answer.end() == End.CUT || answer.tokens() <= MOST_TOKENS).isTrue();
            });
    assertThat(all.stream().filter(answer -> answer.end() == End.CUT))
        .allSatisfy(answer -> assertThat(answer.tokens()).isEqualTo(MOST_TOKENS));
  }

  /** Neither which other prompts are asked nor their order decides an answer; the seed does. */
  @Test
  void anAnswerDependsOnItsPromptAndTheSeed() {
    List<List<Answer>> answers = contestant(1).answer(PROMPTS, 2, 7);
    assertThat(contestant(1).answer(List.of(PROMPTS.get(9), PROMPTS.get(3)), 2, 7))
        .isEqualTo(List.of(answers.get(9), answers.get(3)));
    assertThat(contestant(1).answer(PROMPTS, 2, 8)).isNotEqualTo(answers);
  }

  /**
   * The control that every report has, over 20 seeds: even on average, and intervals that say so.
   */
  @Test
  void aModelAgainstItselfIsEven() {
    int seeds = 20;
    double sum = 0;
    int held = 0;
    for (int seed = 0; seed < seeds; seed++) {
      WinRate result =
          WinRate.run(
              contestant(1),
              contestant(1),
              PROMPTS,
              new ScoreOracle(new ErrandScorer()),
              WinRate.Options.of(4, seed));
      sum += result.rate().value();
      held += result.rate().holds(0.5) ? 1 : 0;
      assertThat(result.policy().distinct()).isGreaterThan(0.9);
      assertThat(result.comparisons())
          .as("the two sides draw from streams of their own")
          .anyMatch(each -> !each.answer().equals(each.reference()));
    }
    // One rate has a standard error of 0.033.
    assertThat(sum / seeds).isCloseTo(0.5, within(4 * 0.033 / Math.sqrt(seeds)));
    assertThat(held).isGreaterThanOrEqualTo(17);
  }

  @Test
  void greedySamplesAreAllAlike() {
    assertThat(contestant(0).answer(PROMPTS, 1, 1)).isEqualTo(contestant(0).answer(PROMPTS, 1, 2));
    assertThatThrownBy(() -> contestant(0).answer(PROMPTS, 2, 1))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "2 samples at temperature 0 would be all alike; ask for 1, or raise the temperature");
  }

  private static PolicyContestant contestant(double temperature) {
    SamplingSettings settings =
        new SamplingSettings(1, MOST_TOKENS, temperature, 0, 1, tokenizer.stopIds());
    return new PolicyContestant("random", policy, tokenizer, settings);
  }
}
