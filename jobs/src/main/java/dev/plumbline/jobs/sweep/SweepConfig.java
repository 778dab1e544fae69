package dev.plumbline.jobs.sweep;

import dev.plumbline.lm.UsageException;
import dev.plumbline.reward.catalog.OracleCatalog;
import dev.plumbline.reward.catalog.OracleKind;
import dev.plumbline.train.Methods;
import dev.plumbline.train.config.Settings;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.RunOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a sweep is asked for: a YAML file of {@code method, options, grid, runs, soups, seeds} and
 * {@code evaluate}.
 *
 * @param points the settings to train, of the grid first
 * @param soups averages of their weights
 * @param seeds of every point
 * @param evaluate how all are compared
 * @param written the file's values, with the seeds
 */
public record SweepConfig(
    List<Point> points,
    List<Soup> soups,
    List<Long> seeds,
    EvaluateOptions evaluate,
    Map<String, Object> written) {
  private static final String NAME = "name";
  private static final String METHOD = "method";
  private static final String OPTIONS = "options";
  private static final String GRID = "grid";
  private static final String RUNS = "runs";
  private static final String SOUPS = "soups";
  private static final String SEEDS = "seeds";
  private static final String EVALUATE = "evaluate";

  /** Where every point's folder is known before there is one. */
  private static final Path NOWHERE = Path.of("run");

  /**
   * Reads a file and checks every point's options.
   *
   * @param flag seeds that win over the file's
   * @param oracles that the evaluation may name
   * @throws UsageException if a key is unknown or a value is wrong; a line with file, place and the
   *     nearest name
   */
  public static SweepConfig read(Path file, Optional<List<Long>> flag, OracleCatalog oracles) {
    Section top = new Section(file.toString(), Settings.ofYaml(file).values());
    top.requireKnown(List.of(METHOD, OPTIONS, GRID, RUNS, SOUPS, SEEDS, EVALUATE));
    List<Point> points = points(top);
    requireDifferentNames(top, points.stream().map(Point::name).toList());
    List<Soup> soups = soups(top, points);
    List<Long> seeds = flag.orElseGet(() -> seeds(top));
    EvaluateOptions evaluate = evaluate(top, oracles);
    if (evaluate.reference().isEmpty()) {
      requireOneStart(top, points);
    }
    requireDifferentNames(top, seeds.stream().map(seed -> "seed " + seed).toList());
    Map<String, Object> written = new LinkedHashMap<>(top.values());
    written.put(SEEDS, seeds);
    return new SweepConfig(points, soups, seeds, evaluate, written);
  }

  private static List<Point> points(Section top) {
    List<Point> points = new ArrayList<>();
    Section options = top.section(OPTIONS);
    Section grid = top.section(GRID);
    List<Section> runs = top.sections(RUNS);
    if (runs.isEmpty() || !grid.values().isEmpty()) {
      Method<?> method = method(top, top);
      String first = grid.values().keySet().stream().findFirst().orElse("");
      for (Map<String, Object> settings : Grid.product(grid)) {
        points.add(
            new Point(
                settings.isEmpty() ? method.name() : Grid.name(settings),
                first.isEmpty() ? "" : first + "=" + Grid.text(settings.get(first)),
                method,
                settings,
                List.of(options.settings(Set.of()), Settings.of(settings, grid.source()))));
      }
    }
    for (Section run : runs) {
      Map<String, Object> settings = new LinkedHashMap<>(run.values());
      settings.remove(NAME);
      points.add(
          new Point(
              name(run),
              "",
              method(run.values().containsKey(METHOD) ? run : top, run),
              settings,
              List.of(options.settings(Set.of()), run.settings(Set.of(NAME, METHOD)))));
    }
    points.forEach(point -> requireUsable(top, point));
    return points;
  }

  private static Method<?> method(Section holder, Section user) {
    if (!holder.values().containsKey(METHOD)) {
      throw new UsageException(
          "%s: method is missing; there are %s".formatted(user.source(), methods()));
    }
    String name = holder.text(METHOD);
    holder.requireOneOf(METHOD, name, methods());
    return Methods.named(name);
  }

  private static List<String> methods() {
    return Methods.all().stream().map(Method::name).toList();
  }

  /** A name that users choose is a folder's. */
  private static String name(Section section) {
    String name = section.text(NAME);
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._+=,-]{0,119}")) {
      throw section.wrong(
          NAME, "at most 120 letters, digits and . _ + = , - that begin with a letter or a digit");
    }
    return name;
  }

  private static void requireUsable(Section top, Point point) {
    for (Settings layer : point.layers()) {
      refuse(top, layer, "seed", "seeds names the seeds");
      refuse(top, layer, "output_dir", "--output names the folder");
    }
    RunOptions run = point.options(0, NOWHERE, NOWHERE).get(RunOptions.class);
    if (run.modelNameOrPath().isEmpty() || run.data().isEmpty()) {
      throw new UsageException(
          "%s: %s of %s is not set; add it under options"
              .formatted(
                  top.source(),
                  run.data().isEmpty() ? "data" : "model_name_or_path",
                  point.name()));
    }
  }

  private static void requireOneStart(Section top, List<Point> points) {
    List<Path> starts =
        points.stream()
            .map(point -> point.options(0, NOWHERE, NOWHERE).get(RunOptions.class))
            .map(RunOptions::requiredModel)
            .distinct()
            .toList();
    if (starts.size() > 1) {
      throw new UsageException(
          "%s: the runs start from different models, %s and %s among them; set evaluate.reference"
              .formatted(top.source(), starts.get(0), starts.get(1)));
    }
  }

  private static void refuse(Section top, Settings layer, String key, String because) {
    if (layer.get(key) != null) {
      throw new UsageException(
          "%s: %s is %s, but %s; remove it".formatted(top.source(), key, layer.get(key), because));
    }
  }

  private static List<Soup> soups(Section top, List<Point> points) {
    List<String> names = new ArrayList<>(points.stream().map(Point::name).toList());
    List<String> runs = List.copyOf(names);
    List<Soup> soups = new ArrayList<>();
    for (Section soup : top.sections(SOUPS)) {
      soup.requireKnown(List.of(NAME, "of", "weights"));
      List<String> of = soup.list("of").stream().map(String::valueOf).toList();
      if (of.isEmpty()) {
        throw soup.wrong("of", "a list of names of runs");
      }
      of.forEach(run -> soup.requireOneOf("of", run, runs));
      soups.add(new Soup(name(soup), of, shares(soup, of.size())));
      names.add(name(soup));
    }
    requireDifferentNames(top, names);
    return soups;
  }

  private static List<Double> shares(Section soup, int runs) {
    if (!soup.values().containsKey("weights")) {
      return Collections.nCopies(runs, 1.0 / runs);
    }
    List<Double> shares = new ArrayList<>();
    for (Object share : soup.list("weights")) {
      shares.add(share instanceof Number number ? number.doubleValue() : Double.NaN);
    }
    double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
    if (shares.size() != runs || !(Math.abs(sum - 1) < 1e-6)) {
      throw soup.wrong("weights", "%d numbers that add up to 1".formatted(runs));
    }
    return shares;
  }

  private static List<Long> seeds(Section top) {
    if (!top.values().containsKey(SEEDS)) {
      return List.of(42L);
    }
    List<Long> seeds = new ArrayList<>();
    for (Object seed : top.list(SEEDS)) {
      if (!(seed instanceof Integer || seed instanceof Long)) {
        throw top.wrong(SEEDS, "a list of whole numbers");
      }
      seeds.add(((Number) seed).longValue());
    }
    if (seeds.isEmpty()) {
      throw top.wrong(SEEDS, "a list of at least one whole number");
    }
    return seeds;
  }

  private static void requireDifferentNames(Section top, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new UsageException(
            "%s: %s comes twice; remove one or name it otherwise".formatted(top.source(), name));
      }
    }
  }

  private static EvaluateOptions evaluate(Section top, OracleCatalog oracles) {
    Section section = top.section(EVALUATE);
    section.text("prompts");
    requireOracle(section, "oracle", section.text("oracle"), oracles);
    EvaluateOptions options =
        EvaluateOptions.schema().read(section.settings(Set.of())).get(EvaluateOptions.class);
    options.objectives().forEach(name -> requireOracle(section, "objectives", name, oracles));
    try {
      options.sampling(Set.of());
    } catch (IllegalArgumentException e) {
      throw new UsageException(section.source() + ": " + e.getMessage(), e);
    }
    return options;
  }

  private static void requireOracle(
      Section section, String key, String value, OracleCatalog oracles) {
    section.requireOneOf(
        key, value.split(":", 2)[0], oracles.kinds().stream().map(OracleKind::name).toList());
  }
}
