package dev.plumbline.lm.policy;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A distribution over completions that can be asked, moved and sampled. The decoder on the engine
 * and the exact table in plain Java both run through the same algorithms and the same loop.
 *
 * <p>A policy is used from one thread at a time.
 */
public interface Policy extends AutoCloseable {

  /** Log-probs without gradient. */
  LogProbs logProbs(Batch batch, Set<TokenStatistic> statistics);

  /**
   * Log-probs of which a gradient can be taken. The result holds the engine's memory until it is
   * closed.
   *
   * @throws PlumblineException if a token id is outside the vocabulary or a row is longer than the
   *     model's positions
   */
  Forward forward(Batch batch, Set<TokenStatistic> statistics);

  /**
   * L2 norm of the gradient accumulated since the last update, over all trainable parameters (a
   * tied one once).
   */
  double gradientNorm();

  /**
   * Moves the parameters by one optimiser step along the accumulated gradient, then forgets that
   * gradient.
   */
  void update(Update update);

  /**
   * Moves the parameters towards another policy's: {@code (1 - share) * mine + share * theirs}. The
   * optimiser's state stays.
   *
   * @param other a policy of the same kind and shape
   * @param share from 0 to 1
   */
  void blend(Policy other, double share);

  /** Forgets the accumulated gradient. */
  void discardGradient();

  /**
   * Samples {@code settings.samples()} completions of every prompt. The noise of a token depends
   * only on (seed, prompt, number of the sample, position), so a prompt that comes twice gets the
   * same completions twice.
   *
   * <p>The result is the same, bit for bit, in whatever order the prompts come. Sampled among other
   * prompts, or with more samples, a text stays the same but for rounding: where a uniform number
   * meets the border between two tokens to the last digits of a float, it may part from its twin.
   *
   * @param prompts token ids, each at least one
   * @return per prompt its samples
   * @throws PlumblineException if a prompt is empty, has a token outside the vocabulary or leaves
   *     no room for {@code maxNewTokens}, or if logits are not numbers
   */
  List<List<Sample>> sample(List<int[]> prompts, SamplingSettings settings, long seed);

  /**
   * Writes weights and optimiser state, exactly, into a folder that exists and is empty. The caller
   * makes the folder appear under its final name.
   */
  void snapshot(Path folder) throws IOException;

  /**
   * Reads back what {@link #snapshot} wrote; afterwards the policy continues bit for bit as the one
   * that was saved.
   */
  void restore(Path folder) throws IOException;

  /**
   * Hash (SHA-256, hexadecimal) of the weights' names, shapes and exact values; the optimiser's
   * state is not part of it.
   */
  String weightsHash();

  /** Hash (SHA-256, hexadecimal) of the optimiser's state: moments and step count. */
  String optimizerHash();

  @Override
  void close();

  /** A forward pass that remembers how to go backward. */
  interface Forward extends AutoCloseable {
    LogProbs logProbs();

    /**
     * Adds the gradient of a loss, given in the log-probs, to the policy's accumulated gradient.
     * May be called once.
     */
    void backward(TokenGradients gradients);

    @Override
    void close();
  }
}
