package dev.plumbline.train.run;

import dev.plumbline.data.rows.CompletionRow;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.UnpairedRow;
import java.util.List;
import java.util.stream.Stream;

/** How a run takes a row apart and puts it together again: a prompt and its completions. */
sealed interface RowShape<R> {

  /** Shape of a class of rows. */
  static <R> RowShape<R> of(Class<R> rowType) {
    RowShape<?> shape =
        Stream.of(new Pairs(), new Completions(), new Unpaired())
            .filter(known -> known.rowType() == rowType)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no run knows how to take a " + rowType + " apart"));
    @SuppressWarnings("unchecked") // Its row type is R.
    RowShape<R> typed = (RowShape<R>) shape;
    return typed;
  }

  Class<R> rowType();

  String id(R row);

  int[] prompt(R row);

  List<int[]> completions(R row);

  double weight(R row);

  /** The row with other completions. */
  R with(R row, List<int[]> completions);

  /** What else a loss may depend on, as text; empty where there is nothing. */
  default String rest(R row) {
    return "";
  }

  /** Preference pairs. */
  record Pairs() implements RowShape<PairRow> {
    @Override
    public Class<PairRow> rowType() {
      return PairRow.class;
    }

    @Override
    public String id(PairRow row) {
      return row.id();
    }

    @Override
    public int[] prompt(PairRow row) {
      return row.prompt();
    }

    @Override
    public List<int[]> completions(PairRow row) {
      return List.of(row.chosen(), row.rejected());
    }

    @Override
    public double weight(PairRow row) {
      return row.weight();
    }

    @Override
    public PairRow with(PairRow row, List<int[]> completions) {
      return row.withCompletions(completions.get(0), completions.get(1));
    }

    @Override
    public String rest(PairRow row) {
      return row.margins().isEmpty() ? "" : row.margins().toString();
    }
  }

  /** Prompts with a completion. */
  record Completions() implements RowShape<CompletionRow> {
    @Override
    public Class<CompletionRow> rowType() {
      return CompletionRow.class;
    }

    @Override
    public String id(CompletionRow row) {
      return row.id();
    }

    @Override
    public int[] prompt(CompletionRow row) {
      return row.prompt();
    }

    @Override
    public List<int[]> completions(CompletionRow row) {
      return List.of(row.completion());
    }

    @Override
    public double weight(CompletionRow row) {
      return row.weight();
    }

    @Override
    public CompletionRow with(CompletionRow row, List<int[]> completions) {
      return new CompletionRow(row.id(), row.prompt(), completions.get(0), row.weight());
    }
  }

  /** Prompts with a completion that is desirable or not. */
  record Unpaired() implements RowShape<UnpairedRow> {
    @Override
    public Class<UnpairedRow> rowType() {
      return UnpairedRow.class;
    }

    @Override
    public String id(UnpairedRow row) {
      return row.id();
    }

    @Override
    public int[] prompt(UnpairedRow row) {
      return row.prompt();
    }

    @Override
    public List<int[]> completions(UnpairedRow row) {
      return List.of(row.completion());
    }

    @Override
    public double weight(UnpairedRow row) {
      return row.weight();
    }

    @Override
    public UnpairedRow with(UnpairedRow row, List<int[]> completions) {
      return row.withCompletion(completions.get(0));
    }

    @Override
    public String rest(UnpairedRow row) {
      return String.valueOf(row.label());
    }
  }
}
