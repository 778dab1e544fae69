package dev.plumbline.eval.winrate;

import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.text.Boundary;
import dev.plumbline.lm.text.TextTokenizer;
import java.util.List;

/**
 * A policy that samples its answers.
 *
 * @param name what reports call it
 * @param policy not moved
 * @param tokenizer turns prompts into tokens, as in training, and samples into text
 * @param settings how to sample; how many is what the evaluation asks for
 */
public record PolicyContestant(
    String name, Policy policy, TextTokenizer tokenizer, SamplingSettings settings)
    implements Contestant {

  @Override
  public List<List<Answer>> answer(List<String> prompts, int samples, long seed) {
    if (settings.temperature() == 0 && samples > 1) {
      throw new UsageException(
          "%d samples at temperature 0 would be all alike; ask for 1, or raise the temperature"
              .formatted(samples));
    }
    SamplingSettings asked =
        new SamplingSettings(
            samples,
            settings.maxNewTokens(),
            settings.temperature(),
            settings.topK(),
            settings.topP(),
            settings.stopIds());
    Boundary boundary = new Boundary(tokenizer);
    List<int[]> ids = prompts.stream().map(boundary::prompt).toList();
    return policy.sample(ids, asked, seed).stream()
        .map(drawn -> drawn.stream().map(this::answer).toList())
        .toList();
  }

  private Answer answer(Sample sample) {
    return new Answer(
        tokenizer.decode(sample.ids(), true),
        sample.ids().length,
        sample.finished() ? Answer.End.FINISHED : Answer.End.CUT);
  }
}
