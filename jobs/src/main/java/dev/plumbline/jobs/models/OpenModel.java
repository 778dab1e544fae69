package dev.plumbline.jobs.models;

import dev.plumbline.eval.winrate.PolicyContestant;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.text.TextTokenizer;
import dev.plumbline.lm.torch.ComputeDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * A model with its tokenizer.
 *
 * @param folder the model's own folder
 * @param policy on its device
 * @param tokenizer of the same folder
 */
public record OpenModel(Path folder, DecoderPolicy policy, TextTokenizer tokenizer)
    implements AutoCloseable {

  /** Opens a model folder, or the model in a run folder. */
  public static OpenModel load(Path path, ComputeDevice device) {
    Path folder = folder(path);
    TextTokenizer tokenizer = TextTokenizer.load(folder);
    try {
      return new OpenModel(folder, DecoderPolicy.load(folder, device), tokenizer);
    } catch (RuntimeException failure) {
      tokenizer.close();
      throw failure;
    }
  }

  /** The model's folder of what a user named: itself, or {@code model} in a run folder. */
  public static Path folder(Path path) {
    return !Files.exists(path.resolve("config.json")) && Files.isDirectory(path.resolve("model"))
        ? path.resolve("model")
        : path;
  }

  /** The ids that end an answer: those of the tokenizer and of the generation settings. */
  public Set<Integer> stopIds() {
    return tokenizer.stopIds();
  }

  /** The model as somebody who answers. */
  public PolicyContestant contestant(String name, SamplingSettings settings) {
    return new PolicyContestant(name, policy, tokenizer, settings);
  }

  @Override
  public void close() {
    policy.close();
    tokenizer.close();
  }
}
