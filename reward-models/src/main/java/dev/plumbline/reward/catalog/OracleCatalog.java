package dev.plumbline.reward.catalog;

import dev.plumbline.lm.UsageException;
import dev.plumbline.reward.LengthRule;
import dev.plumbline.reward.PreferenceOracle;
import dev.plumbline.reward.ScoreOracle;
import dev.plumbline.reward.Scorer;
import dev.plumbline.reward.verify.Verifier;
import dev.plumbline.reward.verify.VerifierScorer;
import dev.plumbline.reward.verify.Verifiers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Oracles by name: {@code longer}, {@code exact}, {@code regex:PATTERN}. Immutable. */
public final class OracleCatalog {
  private final Map<String, OracleKind> kinds;

  private OracleCatalog(Map<String, OracleKind> kinds) {
    this.kinds = Collections.unmodifiableMap(kinds);
  }

  /** Every rule verifier, and the two length rules. */
  public static OracleCatalog standard() {
    OracleCatalog catalog = new OracleCatalog(Map.of());
    for (Verifier verifier : Verifiers.all()) {
      catalog = catalog.with(kind(verifier));
    }
    return catalog
        .with(withoutArgument("longer", "the longer answer wins", new LengthRule(true)))
        .with(withoutArgument("shorter", "the shorter answer wins", new LengthRule(false)));
  }

  /** A kind whose scorer takes no argument. */
  public static OracleKind withoutArgument(String name, String description, Scorer scorer) {
    return new OracleKind(
        name,
        name,
        description,
        (argument, answers) -> {
          argument.ifPresent(
              given -> {
                throw new UsageException(
                    "oracle %s takes no argument, but was given '%s'; write %s"
                        .formatted(name, given, name));
              });
          return new ScoreOracle(scorer);
        });
  }

  /** The catalog with one kind more. */
  public OracleCatalog with(OracleKind kind) {
    Map<String, OracleKind> more = new LinkedHashMap<>(kinds);
    if (more.put(kind.name(), kind) != null) {
      throw new IllegalArgumentException("two oracles are called " + kind.name());
    }
    return new OracleCatalog(more);
  }

  /** The kinds, in the order they were added. */
  public List<OracleKind> kinds() {
    return new ArrayList<>(kinds.values());
  }

  /**
   * Makes the oracle that a value such as {@code regex:^Hello} names.
   *
   * @param value a name, or a name, a colon and an argument
   * @param answers expected answers, for the rules that compare with the data's own
   * @throws UsageException if no oracle is called so; lists all there are
   */
  public PreferenceOracle parse(String value, ExpectedAnswers answers) {
    int colon = value.indexOf(':');
    String name = colon < 0 ? value : value.substring(0, colon);
    OracleKind kind = kinds.get(name);
    if (kind == null) {
      throw new UsageException(
          "there is no oracle '%s'; there are: %s"
              .formatted(
                  name,
                  kinds.values().stream()
                      .map(OracleKind::usage)
                      .collect(Collectors.joining(", "))));
    }
    Optional<String> argument =
        colon < 0 ? Optional.empty() : Optional.of(value.substring(colon + 1));
    return kind.factory().create(argument, answers);
  }

  /**
   * Makes the scorer behind the oracle that a value names, for those who need what each answer is
   * worth and not only which is better.
   *
   * @param value as for {@link #parse}
   * @param answers as for {@link #parse}
   * @throws UsageException if no oracle is called so, or it compares answers without scoring them
   */
  public Scorer scorer(String value, ExpectedAnswers answers) {
    if (parse(value, answers) instanceof ScoreOracle oracle) {
      return oracle.scorer();
    }
    throw new UsageException(
        "oracle '%s' compares answers and gives none a score of its own; name one that does, such as shorter"
            .formatted(value));
  }

  private static OracleKind kind(Verifier verifier) {
    return new OracleKind(
        verifier.name(),
        verifier.name() + "[:EXPECTED]",
        verifier.description() + "; EXPECTED, or each prompt's own answer in the data",
        (argument, answers) -> {
          UnaryOperator<String> expected =
              argument.<UnaryOperator<String>>map(fixed -> prompt -> fixed).orElse(answers::of);
          // A wrong EXPECTED is told now, not after an hour of sampling.
          argument.ifPresent(fixed -> verifier.verify(fixed, ""));
          return new ScoreOracle(new VerifierScorer(verifier, expected));
        });
  }
}
