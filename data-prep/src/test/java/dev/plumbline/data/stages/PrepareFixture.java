package dev.plumbline.data.stages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.read.PreparedFolder;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.testing.LocalSpark;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.text.Truncation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Inputs in a temporary folder, and what a run makes of them in its sub-folder {@code out}. */
abstract class PrepareFixture {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Truncation WHOLE = new Truncation(0, Truncation.Mode.KEEP_START);

  @TempDir Path folder;

  static Manifest prepare(PrepareOptions options) {
    return Prepare.run(LocalSpark.session(), options);
  }

  final PreparedFolder open() {
    return PreparedFolder.open(folder.resolve("out"));
  }

  final List<JsonNode> quarantine() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("out/quarantine.jsonl"))) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  final Path write(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  static String pair(String prompt, String chosen, String rejected) {
    ObjectNode row = JSON.createObjectNode();
    return row.put("prompt", prompt).put("chosen", chosen).put("rejected", rejected).toString();
  }

  final String out() {
    return folder.resolve("out").toString();
  }

  static Path tokenizer(String name) {
    return Golden.folder("tokenizers/" + name);
  }

  final PrepareOptions options(Path input, String tokenizer) {
    return options(List.of(input.toString()), tokenizer);
  }

  final PrepareOptions options(List<String> inputs, String tokenizer) {
    return PrepareOptions.of(inputs, out(), tokenizer(tokenizer).toString());
  }

  static PrepareOptions overwrite(PrepareOptions o) {
    return new PrepareOptions(
        o.inputs(),
        o.output(),
        o.tokenizer(),
        o.kind(),
        o.truncation(),
        o.validationShare(),
        o.seed(),
        true,
        o.margins());
  }

  static PrepareOptions with(PrepareOptions o, Truncation truncation) {
    return new PrepareOptions(
        o.inputs(),
        o.output(),
        o.tokenizer(),
        o.kind(),
        truncation,
        o.validationShare(),
        o.seed(),
        o.overwrite(),
        o.margins());
  }

  static PrepareOptions split(PrepareOptions o, double share, long seed) {
    return new PrepareOptions(
        o.inputs(),
        o.output(),
        o.tokenizer(),
        o.kind(),
        o.truncation(),
        share,
        seed,
        o.overwrite(),
        o.margins());
  }

  static PrepareOptions margins(PrepareOptions o, Map<String, String> margins) {
    return new PrepareOptions(
        o.inputs(),
        o.output(),
        o.tokenizer(),
        o.kind(),
        o.truncation(),
        o.validationShare(),
        o.seed(),
        o.overwrite(),
        new TreeMap<>(margins));
  }

  static Set<String> prompts(List<PairRow> rows) {
    Set<String> prompts = new HashSet<>();
    rows.forEach(row -> prompts.add(Arrays.toString(row.prompt())));
    return prompts;
  }

  static List<String> names(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> !file.getFileName().toString().matches("[._].*") && !file.equals(root))
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  static List<String> hashes(Path root) throws IOException {
    List<String> hashes = new ArrayList<>();
    for (String name : names(root)) {
      if (Files.isRegularFile(root.resolve(name))) {
        hashes.add(name + " " + Hashes.of(root.resolve(name)));
      }
    }
    return hashes;
  }
}
