package dev.plumbline.lm.policy;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.checkpoint.GenerationConfig;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.checkpoint.ModelWriter;
import dev.plumbline.lm.checkpoint.TensorType;
import dev.plumbline.lm.decoder.AdamW;
import dev.plumbline.lm.decoder.Decoder;
import dev.plumbline.lm.decoder.Weights;
import dev.plumbline.lm.generate.DecoderSampler;
import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.torch.ComputeDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The policy that users bring: a decoder on the engine, its weights in float32. */
public final class DecoderPolicy implements Policy {
  private final Decoder decoder;
  private final GenerationConfig generation;
  private final DecoderSnapshot snapshot;

  /** AdamW's state from its first step on. */
  private Optional<AdamW> adamw = Optional.empty();

  private DecoderPolicy(Decoder decoder, GenerationConfig generation) {
    this.decoder = decoder;
    this.generation = generation;
    this.snapshot = new DecoderSnapshot(decoder);
  }

  /**
   * Loads a Hugging Face folder.
   *
   * @param folder config and weights
   * @param device where the model runs
   * @throws PlumblineException if the folder is not a whole model of a supported kind
   */
  public static DecoderPolicy load(Path folder, ComputeDevice device) {
    try (ModelFolder model = ModelFolder.open(folder)) {
      return new DecoderPolicy(Decoder.load(model, device), model.generation());
    }
  }

  public DecoderConfig config() {
    return decoder.config();
  }

  /** The model's special tokens and sampling defaults. */
  public GenerationConfig generation() {
    return generation;
  }

  @Override
  public LogProbs logProbs(Batch batch, Set<TokenStatistic> statistics) {
    try (DecoderForward forward = new DecoderForward(decoder, batch, statistics, false)) {
      return forward.logProbs();
    }
  }

  @Override
  public Forward forward(Batch batch, Set<TokenStatistic> statistics) {
    return new DecoderForward(decoder, batch, statistics, true);
  }

  @Override
  public double gradientNorm() {
    return decoder.weights().gradientNorm();
  }

  @Override
  public void update(Update update) {
    Weights weights = decoder.weights();
    weights.scaleGradients(update.gradientScale());
    if (update instanceof Update.AdamW settings) {
      if (adamw.isEmpty()) {
        adamw = Optional.of(new AdamW(decoder));
      }
      adamw
          .get()
          .step(
              settings.learningRate(),
              settings.beta1(),
              settings.beta2(),
              settings.epsilon(),
              settings.weightDecay());
    } else {
      weights.sgd(update.learningRate());
    }
    weights.zeroGradients();
  }

  @Override
  public void blend(Policy other, double share) {
    decoder.weights().blend(((DecoderPolicy) other).decoder.weights(), share);
  }

  @Override
  public void discardGradient() {
    decoder.weights().zeroGradients();
  }

  @Override
  public List<List<Sample>> sample(List<int[]> prompts, SamplingSettings settings, long seed) {
    return new DecoderSampler(decoder).sample(prompts, settings, seed);
  }

  @Override
  public void snapshot(Path folder) throws IOException {
    snapshot.write(folder, adamw);
  }

  @Override
  public void restore(Path folder) {
    snapshot.readWeights(folder);
    adamw.ifPresent(AdamW::close);
    adamw = snapshot.readOptimizer(folder);
    discardGradient();
  }

  @Override
  public String weightsHash() {
    return snapshot.weightsHash();
  }

  @Override
  public String optimizerHash() {
    return snapshot.optimizerHash(adamw);
  }

  /**
   * Writes the model in float32 as a Hugging Face folder that transformers loads, with tokenizer
   * files, generation settings and further config keys of a source folder.
   *
   * @param target a folder that must not exist
   * @param source the folder that the model was loaded from
   * @throws PlumblineException if the target exists or cannot be written, or the source is another
   *     model's
   */
  public void save(Path target, Path source) {
    save(target, source, TensorType.F32);
  }

  /**
   * Likewise, in another type: {@link ModelFolder#storedType()} is the source's.
   *
   * @throws PlumblineException if a weight is too large for the type
   */
  public void save(Path target, Path source, TensorType type) {
    Weights weights = decoder.weights();
    ModelWriter.write(
        target,
        source,
        decoder.architecture(),
        type,
        parameter ->
            decoder
                .transfers()
                .values(weights.parameters().get(weights.specs().indexOf(parameter))));
  }

  @Override
  public void close() {
    decoder.close();
  }
}
