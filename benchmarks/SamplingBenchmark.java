import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.torch.ComputeDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Tokens a second of sampling, through the same call that users' commands make: {@code
 * SamplingBenchmark FOLDER PROMPT_TOKENS NEW_TOKENS ROUNDS BATCH...}. Prints the median round a
 * batch size; the first round warms up and is not counted.
 */
public final class SamplingBenchmark {
  private SamplingBenchmark() {}

  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    int promptTokens = Integer.parseInt(args[1]);
    int newTokens = Integer.parseInt(args[2]);
    int rounds = Integer.parseInt(args[3]);
    try (DecoderPolicy policy = DecoderPolicy.load(folder, ComputeDevice.parse("cpu"))) {
      for (String batch : Arrays.asList(args).subList(4, args.length)) {
        double[] rates = new double[rounds];
        for (int round = -1; round < rounds; round++) {
          List<int[]> prompts =
              prompts(Integer.parseInt(batch), promptTokens, policy.config().vocabularySize());
          long start = System.nanoTime();
          List<List<Sample>> samples =
              policy.sample(prompts, SamplingSettings.plain(1, newTokens, Set.of()), round);
          double seconds = (System.nanoTime() - start) / 1e9;
          long tokens =
              samples.stream().flatMap(List::stream).mapToLong(sample -> sample.ids().length).sum();
          if (round >= 0) {
            rates[round] = tokens / seconds;
          }
        }
        Arrays.sort(rates);
        System.out.printf("batch %s: median %.0f tokens/s%n", batch, rates[rounds / 2]);
      }
    }
  }

  private static List<int[]> prompts(int count, int tokens, int vocabularySize) {
    SplittableRandom random = new SplittableRandom(0);
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      prompts.add(random.ints(tokens, 4, vocabularySize).toArray());
    }
    return prompts;
  }
}
