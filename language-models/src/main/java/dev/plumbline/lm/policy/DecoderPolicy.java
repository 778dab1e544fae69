package dev.plumbline.lm.policy;

import ai.djl.ndarray.NDArray;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.checkpoint.ModelFolder;
import dev.plumbline.lm.decoder.Decoder;
import dev.plumbline.lm.decoder.Weights;
import dev.plumbline.lm.generate.DecoderSampler;
import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.torch.ComputeDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The policy that users bring: a decoder on the engine, its weights in float32. */
public final class DecoderPolicy implements Policy {
  private final Decoder decoder;

  private DecoderPolicy(Decoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Loads a Hugging Face folder.
   *
   * @param folder config and weights
   * @param device where the model runs
   */
  public static DecoderPolicy load(Path folder, ComputeDevice device) {
    try (ModelFolder model = ModelFolder.open(folder)) {
      return new DecoderPolicy(Decoder.load(model, device));
    }
  }

  public DecoderConfig config() {
    return decoder.config();
  }

  /** Number of parameters, a tied one once. */
  public long parameterCount() {
    return decoder.weights().parameters().stream().mapToLong(NDArray::size).sum();
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
    if (update instanceof Update.AdamW adamw) {
      weights.adamw(
          adamw.learningRate(), adamw.beta1(), adamw.beta2(), adamw.epsilon(), adamw.weightDecay());
    } else {
      weights.sgd(update.learningRate());
    }
    weights.zeroGradients();
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
    DecoderSnapshot.write(decoder.weights(), folder);
  }

  @Override
  public void restore(Path folder) throws IOException {
    DecoderSnapshot.read(decoder.weights(), folder);
  }

  @Override
  public String weightsHash() {
    return DecoderSnapshot.weightsHash(decoder.weights());
  }

  @Override
  public String optimizerHash() {
    return DecoderSnapshot.optimizerHash(decoder.weights());
  }

  /**
   * Writes the model as a Hugging Face folder that transformers loads, with tokenizer files and
   * further config keys of a source folder.
   *
   * @param target a folder that must not exist, unless {@code overwrite}
   * @param source where tokenizer and config come from: the folder that the model was loaded from
   */
  public void save(Path target, Path source, boolean overwrite) {
    DecoderSnapshot.save(decoder, target, source, overwrite);
  }

  @Override
  public void close() {
    decoder.close();
  }
}
