package dev.plumbline.train.modpo;

import dev.plumbline.data.rows.Margin;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.train.run.ImplicitReward;
import dev.plumbline.train.run.References;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Where it is known what completions are worth to an objective that is not trained. */
sealed interface MarginSource {

  /** What metrics call it. */
  String name();

  /**
   * Refuses what cannot be had, before anything is computed.
   *
   * @throws PlumblineException naming the row, or the model
   */
  default void require(List<PairRow> rows, References references) {}

  /** The worth of every pair's completions. */
  List<Margin> of(List<PairRow> rows, References references);

  /** The source of a value such as {@code column:courtesy}, if it is one. */
  static Optional<MarginSource> parse(String value) {
    String argument = value.substring(value.indexOf(':') + 1);
    if (value.equals("length")) {
      return Optional.of(new Length());
    } else if (value.startsWith("column:") && !argument.isBlank()) {
      return Optional.of(new Column(argument));
    } else if (value.startsWith("model:") && !argument.isBlank()) {
      return Optional.of(new Implicit(Path.of(argument)));
    }
    return Optional.empty();
  }

  /** Columns of the data: of reward models, of rules, of people. */
  record Column(String name) implements MarginSource {
    @Override
    public void require(List<PairRow> rows, References references) {
      rows.forEach(this::of);
    }

    @Override
    public List<Margin> of(List<PairRow> rows, References references) {
      return rows.stream().map(this::of).toList();
    }

    private Margin of(PairRow row) {
      Margin margin = row.margins().get(name);
      if (margin == null) {
        throw new PlumblineException(
            "row %s has no margin %s, it has %s; prepare the data with columns margin_%s_chosen and margin_%s_rejected"
                .formatted(
                    row.id(),
                    name,
                    row.margins().isEmpty() ? "none" : String.join(", ", row.margins().keySet()),
                    name,
                    name));
      }
      return margin;
    }
  }

  /** Minus the number of tokens, EOS included: brevity. */
  record Length() implements MarginSource {
    @Override
    public String name() {
      return "length";
    }

    @Override
    public List<Margin> of(List<PairRow> rows, References references) {
      return rows.stream()
          .map(row -> new Margin(-row.chosen().length, -row.rejected().length))
          .toList();
    }
  }

  /** The implicit reward of a model that DPO trained from the same reference. */
  record Implicit(Path model) implements MarginSource {
    /** The run's name: its folder holds the model as {@code model/}. */
    @Override
    public String name() {
      Path run = model.toAbsolutePath().normalize();
      return (run.endsWith("model") ? run.getParent() : run).getFileName().toString();
    }

    @Override
    public void require(List<PairRow> rows, References references) {
      if (!ImplicitReward.read(model).reference().equals(references.weightsHash())) {
        throw new PlumblineException(
            "%s was trained against another reference than this run's; train both against one"
                .formatted(model));
      }
    }

    @Override
    public List<Margin> of(List<PairRow> rows, References references) {
      ImplicitReward reward = ImplicitReward.read(model);
      List<PairRow> under = references.under(model, rows);
      return IntStream.range(0, rows.size())
          .mapToObj(i -> margin(reward.beta(), under.get(i), rows.get(i)))
          .toList();
    }

    private static Margin margin(double beta, PairRow model, PairRow reference) {
      return new Margin(
          beta * (model.refChosen() - reference.refChosen()),
          beta * (model.refRejected() - reference.refRejected()));
    }
  }
}
