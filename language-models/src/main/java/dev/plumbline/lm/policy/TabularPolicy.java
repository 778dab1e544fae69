package dev.plumbline.lm.policy;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.generate.Noise;
import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.io.Hashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A policy without a model: per prompt a table of completions with free logits, exact in float64.
 * Bandits and games on it have closed forms, so it shows whether the algorithms and the loop that
 * train real models are right.
 *
 * <p>A completion may be one token (a bandit's arm) or several; none may be the start of another.
 */
public final class TabularPolicy implements Policy {
  private final Map<IntBuffer, CompletionTable> tables = new LinkedHashMap<>();
  private int steps;

  /**
   * A policy that is uniform over the completions of each prompt.
   *
   * @param items prompts with all their completions
   */
  public TabularPolicy(List<Batch.Item> items) {
    for (Batch.Item item : items) {
      if (tables.put(IntBuffer.wrap(item.prompt()), new CompletionTable(item)) != null) {
        throw new IllegalArgumentException(
            "prompt " + Arrays.toString(item.prompt()) + " comes twice");
      }
    }
  }

  /**
   * One prompt and completions of one token each, numbered from 0.
   *
   * @param probabilities of the arms, positive; they need not add up to 1
   */
  public static TabularPolicy bandit(int[] prompt, double... probabilities) {
    List<Batch.Completion> arms =
        IntStream.range(0, probabilities.length).mapToObj(Batch.Completion::of).toList();
    TabularPolicy policy = new TabularPolicy(List.of(new Batch.Item(prompt, arms)));
    policy.setLogits(prompt, Arrays.stream(probabilities).map(Math::log).toArray());
    return policy;
  }

  /** A policy of the same logits, without gradient and without the optimiser's state. */
  public TabularPolicy copy() {
    TabularPolicy copy =
        new TabularPolicy(
            tables.values().stream()
                .map(table -> new Batch.Item(table.prompt(), completions(table.prompt())))
                .toList());
    tables.values().forEach(table -> copy.setLogits(table.prompt(), table.logits()));
    return copy;
  }

  /** The prompts, in the order in which they were given. */
  public List<int[]> prompts() {
    return tables.values().stream().map(CompletionTable::prompt).toList();
  }

  /** All completions of a prompt. */
  public List<Batch.Completion> completions(int[] prompt) {
    return table(prompt).completions().stream().map(Batch.Completion::of).toList();
  }

  /** Their probabilities, in the same order. */
  public double[] probabilities(int[] prompt) {
    return table(prompt).probabilities();
  }

  /** Their logits, in the same order; a copy. */
  public double[] logits(int[] prompt) {
    return table(prompt).logits().clone();
  }

  /** Sets the logits of a prompt's completions, in their order. */
  public void setLogits(int[] prompt, double... logits) {
    CompletionTable table = table(prompt);
    if (logits.length != table.logits().length) {
      throw new IllegalArgumentException(
          logits.length + " logits for " + table.logits().length + " completions");
    }
    System.arraycopy(logits, 0, table.logits(), 0, logits.length);
  }

  @Override
  public LogProbs logProbs(Batch batch, Set<TokenStatistic> statistics) {
    Map<TokenStatistic, double[][]> values = new EnumMap<>(TokenStatistic.class);
    for (TokenStatistic statistic : statistics) {
      values.put(
          statistic,
          perToken(batch, (table, ids, t) -> table.next(ids, t).statistic(statistic, ids[t])));
    }
    return new LogProbs(perToken(batch, CompletionTable::logProb), values);
  }

  @Override
  public Forward forward(Batch batch, Set<TokenStatistic> statistics) {
    LogProbs logProbs = logProbs(batch, statistics);
    return new Forward() {
      private boolean spent;

      @Override
      public LogProbs logProbs() {
        return logProbs;
      }

      @Override
      public void backward(TokenGradients gradients) {
        if (spent) {
          throw new IllegalStateException("this forward pass has gone backward already");
        }
        spent = true;
        accumulate(batch, gradients);
      }

      @Override
      public void close() {}
    };
  }

  private void accumulate(Batch batch, TokenGradients gradients) {
    int completion = 0;
    for (Batch.Item item : batch.items()) {
      CompletionTable table = table(item.prompt());
      for (Batch.Completion each : item.completions()) {
        double[] factors = gradients.tokens()[completion++];
        for (int t = 0; t < each.ids().length; t++) {
          if (each.learned()[t]) {
            table.accumulate(each.ids(), t, factors[t]);
          }
        }
      }
    }
  }

  @Override
  public double gradientNorm() {
    return Math.sqrt(
        tables.values().stream()
            .flatMapToDouble(table -> Arrays.stream(table.gradient()))
            .map(g -> g * g)
            .sum());
  }

  @Override
  public void update(Update update) {
    steps += update instanceof Update.AdamW ? 1 : 0;
    tables.values().forEach(table -> table.update(update, steps));
    discardGradient();
  }

  /** {@inheritDoc} The parameters are logits. */
  @Override
  public void blend(Policy other, double share) {
    for (CompletionTable table : tables.values()) {
      double[] logits = table.logits();
      double[] theirs = ((TabularPolicy) other).table(table.prompt()).logits();
      Arrays.setAll(logits, i -> (1 - share) * logits[i] + share * theirs[i]);
    }
  }

  @Override
  public void discardGradient() {
    tables.values().forEach(table -> Arrays.fill(table.gradient(), 0));
  }

  /**
   * {@inheritDoc}
   *
   * @throws UsageException if the settings filter by top-k or top-p
   */
  @Override
  public List<List<Sample>> sample(List<int[]> prompts, SamplingSettings settings, long seed) {
    if (settings.topK() > 0 || settings.topP() < 1) {
      throw new UsageException(
          "top_k is %d and top_p is %s, but a tabular policy draws from its whole distribution; leave them at 0 and 1"
              .formatted(settings.topK(), settings.topP()));
    }
    List<List<Sample>> samples = new ArrayList<>();
    for (int[] prompt : prompts) {
      CompletionTable table = table(prompt);
      samples.add(
          IntStream.range(0, settings.samples())
              .mapToObj(number -> sample(table, settings, seed, number))
              .toList());
    }
    return samples;
  }

  private static Sample sample(
      CompletionTable table, SamplingSettings settings, long seed, int number) {
    long hash = Noise.hash(table.prompt());
    int[] ids = {};
    boolean finished = false;
    while (!finished && ids.length < settings.maxNewTokens()) {
      int t = ids.length;
      double uniform = Noise.uniform(seed, hash, number, t);
      int id = table.next(ids, t).draw(settings.temperature(), uniform);
      ids = Arrays.copyOf(ids, t + 1);
      ids[t] = id;
      finished = table.isComplete(ids) || settings.stopIds().contains(id);
    }
    int[] drawn = ids;
    double[] logProbs =
        IntStream.range(0, drawn.length).mapToDouble(t -> table.logProb(drawn, t)).toArray();
    return new Sample(drawn, logProbs, finished);
  }

  @Override
  public void snapshot(Path folder) {
    TabularFile.write(folder, steps, tables.values());
  }

  @Override
  public void restore(Path folder) throws IOException {
    steps = TabularFile.read(folder, tables.values());
    discardGradient();
  }

  @Override
  public String weightsHash() {
    MessageDigest digest = Hashes.sha256();
    for (CompletionTable table : tables.values()) {
      digest.update(table.shape().getBytes(StandardCharsets.UTF_8));
      update(digest, table.logits());
    }
    return Hashes.hex(digest.digest());
  }

  @Override
  public String optimizerHash() {
    MessageDigest digest = Hashes.sha256();
    update(digest, steps);
    for (CompletionTable table : tables.values()) {
      update(digest, table.firstMoments());
      update(digest, table.secondMoments());
    }
    return Hashes.hex(digest.digest());
  }

  private static void update(MessageDigest digest, double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
    bytes.asDoubleBuffer().put(values);
    digest.update(bytes);
  }

  private CompletionTable table(int[] prompt) {
    CompletionTable table = tables.get(IntBuffer.wrap(prompt));
    if (table == null) {
      throw new PlumblineException(
          "the tabular policy has no prompt %s; it has %d others"
              .formatted(Arrays.toString(prompt), tables.size()));
    }
    return table;
  }

  /** What is asked of a completion's token, given the table and the completion's ids. */
  private interface TokenValue {
    double of(CompletionTable table, int[] ids, int t);
  }

  /** Values of the learned tokens, 0 at others. */
  private double[][] perToken(Batch batch, TokenValue value) {
    List<double[]> values = new ArrayList<>();
    for (Batch.Item item : batch.items()) {
      CompletionTable table = table(item.prompt());
      for (Batch.Completion each : item.completions()) {
        values.add(
            IntStream.range(0, each.ids().length)
                .mapToDouble(t -> each.learned()[t] ? value.of(table, each.ids(), t) : 0)
                .toArray());
      }
    }
    return values.toArray(new double[0][]);
  }

  @Override
  public void close() {}
}
