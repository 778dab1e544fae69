package dev.plumbline.jobs.sweep;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.checkpoint.WeightAverage;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.lm.text.TextTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A model whose weights are the mean of those of finished runs with the same seed.
 *
 * @param name also of its folder
 * @param of names of points
 * @param shares what each counts; they add up to 1
 */
record Soup(String name, List<String> of, List<Double> shares) {

  /**
   * Writes the model.
   *
   * @param target a folder that must not exist
   * @param runs run folder of each point
   * @throws PlumblineException if a run has no model, or the models do not go together
   */
  void write(Path target, Function<String, Path> runs) {
    List<Path> models = new ArrayList<>();
    for (String run : of) {
      Path model = runs.apply(run).resolve("model");
      if (!Files.isDirectory(model)) {
        throw new PlumblineException("run %s has no model: it failed".formatted(run));
      }
      models.add(model);
    }
    if (models.stream().map(Soup::tokenizer).distinct().count() > 1) {
      throw new PlumblineException(
          "the runs %s have different tokenizers; only weights over one vocabulary can be averaged"
              .formatted(String.join(", ", of)));
    }
    WholeFiles.makeFolder(target.getParent(), "--output");
    WeightAverage.write(target, models, shares);
  }

  private static String tokenizer(Path model) {
    try (TextTokenizer tokenizer = TextTokenizer.load(model)) {
      return tokenizer.hash();
    }
  }
}
