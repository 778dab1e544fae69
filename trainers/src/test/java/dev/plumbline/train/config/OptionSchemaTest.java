package dev.plumbline.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionSchemaTest {
  @TempDir Path folder;

  @SuppressWarnings("ImmutableEnumChecker")
  enum Shape implements UsesOptions {
    ROUND("radius"),
    LONG_BOX("width", "height"),
    DOT;

    private final Set<String> uses;

    Shape(String... uses) {
      this.uses = Set.of(uses);
    }

    @Override
    public Set<String> uses() {
      return uses;
    }
  }

  record Drawing(
      @Option(help = "What to draw.", defaultValue = "round", aliases = "s") List<Shape> shapes,
      @Option(help = "Radius in metres.", defaultValue = "1.5") double radius,
      @Option(help = "Width in metres.", defaultValue = "1") double width,
      @Option(help = "Height in metres.", defaultValue = "1") double height) {
    Drawing {
      Check.that(radius > 0, "radius", radius, "a number above 0");
    }
  }

  record Paper(
      @Option(help = "Sheets.", defaultValue = "1", aliases = "n") int sheetCount,
      @Option(help = "Seed.", defaultValue = "42") long seed,
      @Option(help = "Whether it is lined.", defaultValue = "true") boolean lined,
      @Option(help = "Where to.", defaultValue = "") Optional<Path> outFile,
      @Option(help = "Factors.", defaultValue = "") List<Double> factors) {}

  private final OptionSchema schema =
      new OptionSchema(Map.of("sheet_count", "3"), List.of(Drawing.class, Paper.class));

  private Path yaml(String text) throws IOException {
    return Files.writeString(folder.resolve("run.yaml"), text);
  }

  private Options read(String yaml, Map<String, String> flags) throws IOException {
    return schema.read(Settings.ofYaml(yaml(yaml)), Settings.ofFlags(flags));
  }

  private void assertRefused(String yaml, Map<String, String> flags, String message) {
    assertThatThrownBy(() -> read(yaml, flags))
        .isExactlyInstanceOf(UsageException.class)
        .hasMessage(message.replace("FILE", folder.resolve("run.yaml").toString()));
  }

  @Test
  void defaultsThenFileThenFlags() throws IOException {
    Options options = read("", Map.of());
    assertThat(options.get(Drawing.class)).isEqualTo(new Drawing(List.of(Shape.ROUND), 1.5, 1, 1));
    assertThat(options.get(Paper.class))
        .isEqualTo(new Paper(3, 42, true, Optional.empty(), List.of()));
    options =
        read(
            """
            # a comment
            radius: 1e-6
            n: 7
            seed: 9007199254740993
            lined: false
            out_file: a/b.txt
            factors: [1, 0.5]
            """,
            Map.of("radius", "2.5", "sheet-count", "8"));
    assertThat(options.get(Drawing.class).radius()).isEqualTo(2.5);
    assertThat(options.get(Paper.class))
        .isEqualTo(
            new Paper(
                8, 9007199254740993L, false, Optional.of(Path.of("a/b.txt")), List.of(1.0, 0.5)));
  }

  /** YAML 1.1 reads 1e-6, without a point, as text. */
  @Test
  void numbersInTheShortFormOfScientists() throws IOException {
    assertThat(read("radius: 1e-6", Map.of()).get(Drawing.class).radius()).isEqualTo(1e-6);
  }

  @Test
  void listsFromFlagsAndSingleValues() throws IOException {
    Options options = read("s: long_box", Map.of("factors", "1, 0.2,3"));
    assertThat(options.get(Drawing.class).shapes()).containsExactly(Shape.LONG_BOX);
    assertThat(options.get(Paper.class).factors()).containsExactly(1.0, 0.2, 3.0);
    assertThat(read("", Map.of("shapes", "round,dot")).get(Drawing.class).shapes())
        .containsExactly(Shape.ROUND, Shape.DOT);
  }

  @Test
  void unknownKeysNameTheNearest() {
    assertRefused("raduis: 2", Map.of(), "FILE: unknown key raduis; did you mean radius?");
    assertRefused("zzz: 2", Map.of(), "FILE: unknown key zzz; --help lists all");
    assertRefused(
        "", Map.of("sheet-cuont", "2"), "unknown flag --sheet-cuont; did you mean --sheet-count?");
  }

  @Test
  void wrongTypesNameKeyFileAndExpectation() {
    assertRefused("radius: wide", Map.of(), "FILE: radius is 'wide'; expected a number");
    assertRefused("radius: NaN", Map.of(), "FILE: radius is 'NaN'; expected a number");
    assertRefused("radius: [1, 2]", Map.of(), "FILE: radius is '[1, 2]'; expected a number");
    assertRefused("n: 1.5", Map.of(), "FILE: sheet_count is '1.5'; expected a whole number");
    assertRefused("lined: 1", Map.of(), "FILE: lined is '1'; expected true or false");
    assertRefused(
        "shapes: [round, oval]",
        Map.of(),
        "FILE: shapes is '[round, oval]'; expected a list, each one of round, long_box, dot");
    assertRefused("", Map.of("seed", "x"), "--seed: seed is 'x'; expected a whole number");
  }

  @Test
  void rangesAreCheckedByTheRecords() {
    assertRefused("radius: -1", Map.of(), "FILE: radius is -1.0; expected a number above 0");
    assertRefused("", Map.of("radius", "0"), "--radius: radius is 0.0; expected a number above 0");
  }

  @Test
  void anOptionThatNoChoiceUsesIsRefused() throws IOException {
    assertRefused(
        "shapes: [round, dot]\nwidth: 2",
        Map.of(),
        "FILE: width is 2.0, but shapes round,dot does not use it; remove it, or choose long_box");
    assertThat(read("shapes: [round, long_box]\nwidth: 2", Map.of())).isNotNull();
    assertThat(read("shapes: dot\nradius: 1.5", Map.of())).as("a default does no harm").isNotNull();
  }

  @Test
  void oneOptionUnderTwoNamesIsRefused() {
    assertRefused("n: 1\nsheet_count: 2", Map.of(), "FILE: n and sheet_count are the same option");
  }

  @Test
  void brokenYamlNamesTheLine() throws IOException {
    Path file = yaml("radius: 1\nradius: 2\n");
    assertThatThrownBy(() -> Settings.ofYaml(file))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(file + ": line 2: ")
        .hasMessageContaining("radius");
    yaml("- a\n- b\n");
    assertThatThrownBy(() -> Settings.ofYaml(file)).hasMessageContaining("expected a YAML mapping");
    yaml("radius: 1\n---\nradius: 2\n");
    assertThatThrownBy(() -> Settings.ofYaml(file))
        .as("a second document is not left out silently")
        .hasMessageStartingWith(file + ": line ");
    assertThatThrownBy(() -> Settings.ofYaml(folder.resolve("none.yaml")))
        .hasMessage(folder.resolve("none.yaml") + " is not there; expected a YAML file of options");
  }

  @Test
  void writtenOptionsReadBackTheSame() throws IOException {
    Options options = read("shapes: [long_box, round]\nradius: 1.0e-7\nout_file: 'a: b'", Map.of());
    String text = Options.toYaml(options.values());
    Options again = schema.read(Settings.ofYaml(yaml(text)));
    assertThat(again.values()).isEqualTo(options.values());
    assertThat(again.get(Paper.class)).isEqualTo(options.get(Paper.class));
    assertThat(Options.toYaml(again.values())).isEqualTo(text);
  }

  @Test
  void descriptionsForACommandLine() {
    assertThat(schema.descriptions())
        .hasSize(9)
        .contains(
            new OptionDescription(
                "shapes",
                "--shapes",
                List.of("s"),
                "round|long_box|dot",
                List.of("round", "long_box", "dot"),
                true,
                "round",
                "What to draw."),
            new OptionDescription(
                "sheet_count",
                "--sheet-count",
                List.of("n"),
                "whole number",
                List.of(),
                false,
                "3",
                "Sheets."));
  }

  @Test
  void distances() {
    assertThat(Nearest.distance("beta", "beta")).isZero();
    assertThat(Nearest.distance("btea", "beta")).isEqualTo(1);
    assertThat(Nearest.distance("bet", "beta")).isEqualTo(1);
    assertThat(Nearest.distance("", "beta")).isEqualTo(4);
  }
}
