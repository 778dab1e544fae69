package dev.plumbline.train.run;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.random.RandomStream;
import dev.plumbline.lm.text.TextTokenizer;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.config.Options;
import dev.plumbline.train.health.FreshSamples;
import dev.plumbline.train.health.Health;
import dev.plumbline.train.health.PairHealthOptions;
import dev.plumbline.train.health.SampleHealthOptions;
import dev.plumbline.train.loop.TrainerOptions;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The alarms of a run, with the model that its samples are set against.
 *
 * @param <R> the method's rows
 */
final class RunHealth<R> implements AutoCloseable {
  private final Method<R> method;
  private final Options options;
  private final SampleHealthOptions sampling;
  private final List<int[]> prompts;
  private Optional<DecoderPolicy> reference = Optional.empty();

  /**
   * Chooses what is sampled.
   *
   * @param positions most tokens that the model takes
   * @throws PlumblineException if samples are asked for and there are too few prompts
   */
  RunHealth(Method<R> method, Options options, PreparedData<R> rows, int positions) {
    this.method = method;
    this.options = options;
    this.sampling = options.get(SampleHealthOptions.class);
    this.prompts =
        sampling.klSamples() == 0
            ? List.of()
            : prompts(
                RowShape.of(method.rowType()),
                rows,
                positions - sampling.klMaxNewTokens(),
                sampling.klSamples());
  }

  /** Whether a method with these options has anything to look at where evaluations are due. */
  static boolean isPartOf(Method<?> method, Options options) {
    return watchesPairs(method) || options.get(SampleHealthOptions.class).klSamples() > 0;
  }

  private static boolean watchesPairs(Method<?> method) {
    return method.options().contains(PairHealthOptions.class);
  }

  /**
   * Looks at the start.
   *
   * @param rows of the training, with what the method must know of them
   * @param policy of the model folder, as it is before training
   */
  Health begin(List<R> rows, DecoderPolicy policy, Path model, ComputeDevice device) {
    Health health = new Health();
    if (watchesPairs(method)) {
      health.watching(options.get(PairHealthOptions.class), method.recipe(options), rows, policy);
    }
    if (!prompts.isEmpty()) {
      DecoderPolicy still = DecoderPolicy.load(referenceModel(method, options, model), device);
      reference = Optional.of(still);
      SamplingSettings settings =
          SamplingSettings.plain(1, sampling.klMaxNewTokens(), stopIds(policy, model));
      long seed =
          RandomStream.derive(options.get(TrainerOptions.class).seed(), "health: fresh samples");
      health.sampling(sampling, new FreshSamples(still, prompts, settings, seed));
    }
    return health;
  }

  private static Path referenceModel(Method<?> method, Options options, Path model) {
    return method.options().contains(ReferenceOptions.class)
        ? options.get(ReferenceOptions.class).refModelNameOrPath().orElse(model)
        : model;
  }

  /** The first different prompts of the evaluation set or, without one, of the training rows. */
  private static <R> List<int[]> prompts(
      RowShape<R> shape, PreparedData<R> rows, int longest, int count) {
    List<R> source =
        rows.evaluation().rows().isEmpty() ? rows.training().rows() : rows.evaluation().rows();
    List<int[]> prompts =
        source.stream()
            .map(row -> IntBuffer.wrap(shape.prompt(row)))
            .distinct()
            .map(IntBuffer::array)
            .filter(prompt -> prompt.length <= longest)
            .limit(count)
            .toList();
    if (prompts.size() < 2) {
      throw new PlumblineException(
          "kl_samples needs 2 different prompts that leave room for kl_max_new_tokens, but there are %d of at most %d tokens; lower kl_max_new_tokens or set kl_samples to 0"
              .formatted(prompts.size(), longest));
    }
    return prompts;
  }

  private static Set<Integer> stopIds(DecoderPolicy policy, Path model) {
    if (!Files.exists(model.resolve("tokenizer.json"))) {
      return Set.copyOf(policy.generation().eosIds());
    }
    try (TextTokenizer tokenizer = TextTokenizer.load(model)) {
      return tokenizer.stopIds();
    }
  }

  @Override
  public void close() {
    reference.ifPresent(DecoderPolicy::close);
  }
}
