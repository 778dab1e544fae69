package dev.plumbline.lm.generate;

import dev.plumbline.lm.PlumblineException;
import java.util.Arrays;
import java.util.Set;

/** A completion under way. */
final class Draft {
  private final int[] prompt;
  private final long promptHash;
  private final int number;
  private final Set<Integer> stopIds;
  private final int[] ids;
  private final double[] logProbs;
  private int count;
  private boolean finished;

  /**
   * @param number which of the prompt's samples this is
   */
  Draft(int[] prompt, int number, SamplingSettings settings) {
    this.prompt = prompt;
    this.promptHash = Noise.hash(prompt);
    this.number = number;
    this.stopIds = settings.stopIds();
    this.ids = new int[settings.maxNewTokens()];
    this.logProbs = new double[settings.maxNewTokens()];
  }

  int[] prompt() {
    return prompt;
  }

  /** Tokens so far. */
  int count() {
    return count;
  }

  /** The last token. */
  int last() {
    return ids[count - 1];
  }

  /** Whether it has met a stop id or is as long as it may be. */
  boolean done() {
    return finished || count == ids.length;
  }

  /** The number that decides the token so many places after the next. */
  double uniform(long seed, int ahead) {
    return Noise.uniform(seed, promptHash, number, count + ahead);
  }

  /**
   * Adds a token, unless the completion is done.
   *
   * @throws PlumblineException if the log-prob is not a number: then the logits were not
   */
  void add(int id, double logProb) {
    if (done()) {
      return;
    }
    if (Double.isNaN(logProb)) {
      throw new PlumblineException(
          "the model's logits are NaN or infinite at token %d after a prompt of %d tokens; its weights are damaged or its training diverged: use an earlier checkpoint"
              .formatted(count + 1, prompt.length));
    }
    ids[count] = id;
    logProbs[count] = logProb;
    count++;
    finished = stopIds.contains(id);
  }

  Sample sample() {
    return new Sample(Arrays.copyOf(ids, count), Arrays.copyOf(logProbs, count), finished);
  }
}
