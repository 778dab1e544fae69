package dev.plumbline.train.verify;

import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.train.loop.Recipe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * One loss of a method, and what the method says of it: every {@link Claim} holds unless it is
 * declined with a reason. A value; the methods that add to it return another one.
 *
 * @param name the options that choose it
 * @param recipe the loss
 * @param rows what it trains on
 * @param start the loss of a row where policy and reference agree
 * @param held the loss while parts without gradient are held
 * @param declined what it lacks, and why
 * @param answers losses that are known
 * @param equalities other losses that it is in special cases
 * @param games where it leads
 */
public record Variant<R>(
    String name,
    Recipe<R> recipe,
    Rows<R> rows,
    Optional<ToDoubleFunction<R>> start,
    Optional<HeldLoss<R>> held,
    Map<Claim, String> declined,
    List<Answer<R>> answers,
    List<Equality<R>> equalities,
    List<Game<R>> games) {

  public Variant {
    declined = Collections.unmodifiableMap(copy(declined));
    answers = List.copyOf(answers);
    equalities = List.copyOf(equalities);
    games = List.copyOf(games);
  }

  /** A loss of which nothing is known but that it claims everything. */
  public static <R> Variant<R> of(String name, Recipe<R> recipe, Rows<R> rows) {
    return new Variant<>(
        name,
        recipe,
        rows,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** Says what a row loses where policy and reference agree. */
  public Variant<R> startsAt(ToDoubleFunction<R> loss) {
    return new Variant<>(
        name, recipe, rows, Optional.of(loss), held, declined, answers, equalities, games);
  }

  /** Says that every row loses the same where policy and reference agree. */
  public Variant<R> startsAt(double loss) {
    return startsAt(row -> loss);
  }

  /** Says what is constant in the loss while its gradient is taken. */
  public Variant<R> holding(HeldLoss<R> loss) {
    return new Variant<>(
        name, recipe, rows, start, Optional.of(loss), declined, answers, equalities, games);
  }

  /**
   * Says that it lacks some of the claims.
   *
   * @param reason a clause that a user understands
   */
  public Variant<R> without(String reason, Claim... claims) {
    Map<Claim, String> more = copy(declined);
    for (Claim claim : claims) {
      more.put(claim, reason);
    }
    return new Variant<>(name, recipe, rows, start, held, more, answers, equalities, games);
  }

  /** Adds a loss that is known. */
  public Variant<R> answer(Answer<R> answer) {
    return new Variant<>(
        name, recipe, rows, start, held, declined, with(answers, answer), equalities, games);
  }

  /** Adds another loss that it sometimes is. */
  public Variant<R> equal(Equality<R> equality) {
    return new Variant<>(
        name, recipe, rows, start, held, declined, answers, with(equalities, equality), games);
  }

  /** Adds a game. */
  public Variant<R> game(Game<R> game) {
    return new Variant<>(
        name, recipe, rows, start, held, declined, answers, equalities, with(games, game));
  }

  /** The same claims of another loss: how tests see that a defect is found. */
  public Variant<R> with(Recipe<R> other) {
    return new Variant<>(name, other, rows, start, held, declined, answers, equalities, games);
  }

  private static <T> List<T> with(List<T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(last);
    return longer;
  }

  private static Map<Claim, String> copy(Map<Claim, String> declined) {
    Map<Claim, String> copy = new EnumMap<>(Claim.class);
    copy.putAll(declined);
    return copy;
  }

  /**
   * Checks everything.
   *
   * @param seed of the random instances
   * @return a finding a claim, known answer, equality and game, in that order; the games in the
   *     place of their claim
   * @throws IllegalStateException if it neither says where it starts, or where it leads, nor why it
   *     does not
   */
  public List<Finding> check(long seed) {
    requireWord(Claim.START, start.isPresent());
    requireWord(Claim.GAME, !games.isEmpty());
    List<Finding> findings = new ArrayList<>();
    Checks<R> checks = new Checks<>(this, seed);
    for (Claim claim : Claim.values()) {
      if (declined.containsKey(claim)) {
        findings.add(Finding.notClaimed(claim.title(), declined.get(claim)));
      } else {
        findings.addAll(checks.of(claim));
      }
    }
    answers.forEach(answer -> findings.add(checks.answer(answer)));
    equalities.forEach(equality -> findings.add(checks.equality(equality)));
    return findings;
  }

  /**
   * Checks on a model that padding changes nothing: rows of many lengths together in a batch have
   * the loss and the gradient that they have one by one.
   *
   * @param policy with a vocabulary of at least 32 tokens; not moved
   */
  public Finding checkPadding(Policy policy, long seed) {
    return new Checks<>(this, seed).padding(policy);
  }

  private void requireWord(Claim claim, boolean given) {
    if (given == declined.containsKey(claim)) {
      throw new IllegalStateException(
          "%s: '%s' must be either declared or declined".formatted(name, claim.title()));
    }
  }

  /** A row with the reference log-probs that a policy would give it. */
  R referenced(R row, RandomPolicy reference) {
    Batch alone = recipe.batch(List.of(row));
    return rows.withReference(row, reference.tokens(alone));
  }
}
