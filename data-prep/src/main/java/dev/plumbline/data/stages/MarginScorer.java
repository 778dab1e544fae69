package dev.plumbline.data.stages;

import dev.plumbline.data.rows.BadRow;
import dev.plumbline.data.rows.Columns;
import dev.plumbline.data.rows.Fault;
import dev.plumbline.data.rows.Reason;
import dev.plumbline.data.rows.TextRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.reward.Scorer;
import dev.plumbline.reward.catalog.ExpectedAnswers;
import dev.plumbline.reward.catalog.OracleCatalog;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Says what the two answers of a pair are worth to some objectives, by their texts. */
final class MarginScorer implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TreeMap<String, String> oracles;
  private final OracleSource source;

  /** By objective; each machine makes its own. */
  private transient SortedMap<String, Scorer> scorers;

  /**
   * @param oracles an oracle for each objective
   * @throws UsageException if there is no such oracle, or it gives no scores
   */
  MarginScorer(SortedMap<String, String> oracles, OracleSource source) {
    this.oracles = new TreeMap<>(oracles);
    this.source = source;
    this.scorers = scorers();
  }

  /** The columns of the numbers that it gives. */
  List<String> columns() {
    List<String> columns = new ArrayList<>();
    for (String objective : oracles.keySet()) {
      columns.add(Columns.marginChosen(objective));
      columns.add(Columns.marginRejected(objective));
    }
    return columns;
  }

  /**
   * The numbers of a pair; none of another row, which has no margins.
   *
   * @throws BadRow if an oracle cannot score it
   */
  List<Double> numbers(TextRow row) throws BadRow {
    if (scorers == null) {
      scorers = scorers();
    }
    List<Double> numbers = new ArrayList<>();
    if (row instanceof TextRow.Pair pair) {
      for (String objective : oracles.keySet()) {
        numbers.add(score(objective, pair, pair.chosen(), Columns.marginChosen(objective)));
        numbers.add(score(objective, pair, pair.rejected(), Columns.marginRejected(objective)));
      }
    }
    return numbers;
  }

  private double score(String objective, TextRow.Pair pair, String answer, String column)
      throws BadRow {
    try {
      return scorers.get(objective).score(pair.prompt(), answer).value();
    } catch (PlumblineException e) {
      String expected = "a row that oracle %s can score".formatted(oracles.get(objective));
      throw new BadRow(new Fault(Reason.NO_SCORE, column, e.getMessage(), expected));
    }
  }

  private SortedMap<String, Scorer> scorers() {
    OracleCatalog catalog = source.catalog();
    SortedMap<String, Scorer> made = new TreeMap<>();
    oracles.forEach(
        (objective, oracle) -> made.put(objective, catalog.scorer(oracle, ExpectedAnswers.none())));
    return made;
  }
}
