package dev.plumbline.lm.policy;

import dev.plumbline.lm.PlumblineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * One prompt's completions, each with a free logit: {@code p(y) = softmax(logits)(y)}. Seen token
 * by token, the logit of a next token is the log of the summed exponentials of the completions that
 * go on with it, so that the tokens' log-probs add up to the completion's.
 */
final class CompletionTable {
  private final int[] prompt;
  private final List<int[]> completions;
  private final double[] logits;
  private final double[] gradient;
  private final double[] firstMoments;
  private final double[] secondMoments;

  CompletionTable(Batch.Item item) {
    this(item.prompt(), item.completions().stream().map(Batch.Completion::ids).toList());
  }

  private CompletionTable(int[] prompt, List<int[]> completions) {
    this.prompt = prompt;
    this.completions = completions;
    this.logits = new double[completions.size()];
    this.gradient = new double[completions.size()];
    this.firstMoments = new double[completions.size()];
    this.secondMoments = new double[completions.size()];
    if (completions.isEmpty()) {
      throw new IllegalArgumentException(
          "prompt " + Arrays.toString(prompt) + " has no completion");
    }
    for (int[] completion : completions) {
      if (starting(completion, completion.length).length > 1) {
        throw new IllegalArgumentException(
            "completion %s of prompt %s comes twice or starts another; end each with an EOS"
                .formatted(Arrays.toString(completion), Arrays.toString(prompt)));
      }
    }
  }

  int[] prompt() {
    return prompt;
  }

  List<int[]> completions() {
    return completions;
  }

  /** Logits, one a completion; what AdamW keeps of them likewise. Not copies. */
  double[] logits() {
    return logits;
  }

  double[] gradient() {
    return gradient;
  }

  double[] firstMoments() {
    return firstMoments;
  }

  double[] secondMoments() {
    return secondMoments;
  }

  double[] probabilities() {
    double total = NextToken.logSumExp(logits);
    return Arrays.stream(logits).map(logit -> Math.exp(logit - total)).toArray();
  }

  /** Whether these tokens are one of the completions. */
  boolean isComplete(int[] ids) {
    return completions.stream().anyMatch(completion -> Arrays.equals(completion, ids));
  }

  /**
   * {@code log p(token t | tokens before t)}.
   *
   * @throws PlumblineException if no completion starts so
   */
  double logProb(int[] ids, int t) {
    return logMass(starting(ids, t + 1)) - logMass(starting(ids, t));
  }

  /** The distribution of the token after the first {@code t} tokens. */
  NextToken next(int[] ids, int t) {
    SortedMap<Integer, List<Integer>> groups = new TreeMap<>();
    for (int y : starting(ids, t)) {
      groups.computeIfAbsent(completions.get(y)[t], id -> new ArrayList<>()).add(y);
    }
    int[] next = groups.keySet().stream().mapToInt(Integer::intValue).toArray();
    double[] masses =
        groups.values().stream()
            .mapToDouble(group -> logMass(group.stream().mapToInt(Integer::intValue).toArray()))
            .toArray();
    return new NextToken(next, masses);
  }

  /** Adds the gradient of {@code factor * log p(token t | tokens before t)}. */
  void accumulate(int[] ids, int t, double factor) {
    addProbabilities(starting(ids, t + 1), factor);
    addProbabilities(starting(ids, t), -factor);
  }

  private void addProbabilities(int[] members, double factor) {
    double total = logMass(members);
    for (int y : members) {
      gradient[y] += factor * Math.exp(logits[y] - total);
    }
  }

  private double logMass(int[] members) {
    return NextToken.logSumExp(Arrays.stream(members).mapToDouble(y -> logits[y]).toArray());
  }

  /** Moves the logits; {@code step} is the number of AdamW's step, from 1. */
  void update(Update update, int step) {
    for (int y = 0; y < logits.length; y++) {
      double scaled = update.gradientScale() * gradient[y];
      if (update instanceof Update.AdamW adamw) {
        adamw(y, scaled, adamw, step);
      } else {
        logits[y] -= update.learningRate() * scaled;
      }
    }
  }

  /** As PyTorch computes it; the logits decay as a matrix does. */
  private void adamw(int y, double scaled, Update.AdamW adamw, int step) {
    firstMoments[y] += (1 - adamw.beta1()) * (scaled - firstMoments[y]);
    secondMoments[y] = adamw.beta2() * secondMoments[y] + (1 - adamw.beta2()) * scaled * scaled;
    double mean = firstMoments[y] / (1 - Math.pow(adamw.beta1(), step));
    double deviation = Math.sqrt(secondMoments[y] / (1 - Math.pow(adamw.beta2(), step)));
    logits[y] *= 1 - adamw.learningRate() * adamw.weightDecay();
    logits[y] -= adamw.learningRate() * mean / (deviation + adamw.epsilon());
  }

  /** Prompt and completions as text: equal if the tables are over the same. */
  String shape() {
    return Arrays.toString(prompt) + completions.stream().map(Arrays::toString).toList();
  }

  /** The completions that have at least so many tokens and start with those of the given ids. */
  private int[] starting(int[] ids, int tokens) {
    IntPredicate starts =
        y -> {
          int[] completion = completions.get(y);
          return completion.length >= tokens
              && Arrays.equals(completion, 0, tokens, ids, 0, tokens);
        };
    int[] members = IntStream.range(0, completions.size()).filter(starts).toArray();
    if (members.length == 0) {
      throw new PlumblineException(
          "no completion of prompt %s starts with %s; the table has others only"
              .formatted(Arrays.toString(prompt), Arrays.toString(Arrays.copyOf(ids, tokens))));
    }
    return members;
  }
}
