package dev.plumbline.lm.checkpoint;

import dev.plumbline.lm.PlumblineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A Hugging Face model folder, open for reading. Opening checks that everything is there and fits
 * together; values are read when they are asked for.
 */
public final class ModelFolder implements AutoCloseable {
  static final String CONFIG = "config.json";

  private final Path folder;
  private final Architecture architecture;
  private final GenerationConfig generation;
  private final WeightFiles weights;

  private ModelFolder(Path folder, Architecture architecture, GenerationConfig generation) {
    this.folder = folder;
    this.architecture = architecture;
    this.generation = generation;
    this.weights = WeightFiles.open(folder);
  }

  /**
   * Opens a folder with {@code config.json}, {@code model.safetensors} (or its shards with their
   * index) and, if it has one, {@code generation_config.json}.
   *
   * @throws PlumblineException if something is missing, broken, not supported, or does not fit the
   *     rest
   */
  public static ModelFolder open(Path folder) {
    Architecture architecture = Architecture.of(config(folder));
    ModelFolder model = new ModelFolder(folder, architecture, GenerationConfig.read(folder));
    try {
      model.check();
      return model;
    } catch (RuntimeException misfit) {
      model.close();
      throw misfit;
    }
  }

  /**
   * Reads a folder's {@code config.json} alone.
   *
   * @throws PlumblineException if it is missing, no JSON, or asks for what is not supported
   */
  public static DecoderConfig config(Path folder) {
    Path file = folder.resolve(CONFIG);
    if (!Files.isRegularFile(file)) {
      throw new PlumblineException(
          "%s; expected a Hugging Face model folder with config.json, safetensors weights and tokenizer.json"
              .formatted(
                  Files.isDirectory(folder)
                      ? "model folder " + folder + " has no config.json"
                      : "model folder " + folder + " is not there"));
    }
    return Family.read(JsonObject.read(file));
  }

  public DecoderConfig config() {
    return architecture.config();
  }

  /** The model described, its parameters among it. */
  public Architecture architecture() {
    return architecture;
  }

  public GenerationConfig generation() {
    return generation;
  }

  /** The values of a parameter. */
  public TensorValues values(ParameterSpec parameter) {
    return weights.holder(parameter.name()).values(parameter.name());
  }

  /** How the weights are stored: the type of the embedding. */
  public TensorType storedType() {
    String name = architecture.embedding().name();
    return weights.holder(name).type(name);
  }

  private void check() {
    Map<String, ParameterSpec> aliases = architecture.aliases();
    List<ParameterSpec> parameters = architecture.parameters();
    parameters.forEach(this::checkShape);
    List<String> names = parameters.stream().map(ParameterSpec::name).toList();
    for (String name : weights.names()) {
      if (aliases.containsKey(name)) {
        checkAlias(name, aliases.get(name).name());
      } else if (!names.contains(name)
          && architecture.bufferSuffixes().stream().noneMatch(name::endsWith)) {
        throw new PlumblineException(
            "%s: tensor %s is no part of a %s model as %s describes it; the folder's files do not belong together"
                .formatted(
                    weights.holder(name).path(),
                    name,
                    config().modelType(),
                    folder.resolve(CONFIG)));
      }
    }
    checkIds();
  }

  private void checkShape(ParameterSpec parameter) {
    String name = parameter.name();
    if (!weights.names().contains(name)) {
      throw new PlumblineException(
          "%s: the weights lack tensor %s, which %s asks for; copy or download the folder again"
              .formatted(folder, name, CONFIG));
    }
    List<Long> shape = weights.holder(name).shape(name);
    if (!shape.equals(parameter.shape())) {
      boolean words =
          (parameter.equals(architecture.embedding())
                  || parameter.equals(architecture.head().weight()))
              && shape.size() == 2
              && shape.get(1).equals(parameter.shape().get(1));
      throw new PlumblineException(
          words
              ? "%s: tensor %s has %d rows, but vocab_size in %s is %d; the folder's files do not belong together"
                  .formatted(
                      weights.holder(name).path(),
                      name,
                      shape.get(0),
                      folder.resolve(CONFIG),
                      config().vocabularySize())
              : "%s: tensor %s has shape %s; expected %s by %s: the folder's files do not belong together"
                  .formatted(
                      weights.holder(name).path(),
                      name,
                      shape,
                      parameter.shape(),
                      folder.resolve(CONFIG)));
    }
  }

  private void checkAlias(String alias, String name) {
    TensorFile holder = weights.holder(alias);
    if (!holder.sameValues(alias, weights.holder(name), name)) {
      throw new PlumblineException(
          "%s: tensors %s and %s differ, but tie_word_embeddings in %s says that they are one; set it to false if they are not"
              .formatted(holder.path(), alias, name, folder.resolve(CONFIG)));
    }
  }

  private void checkIds() {
    for (int id : generation.eosIds()) {
      if (id >= config().vocabularySize()) {
        throw new PlumblineException(
            "%s: eos_token_id %d is outside the vocabulary of %d; the folder's files do not belong together"
                .formatted(folder, id, config().vocabularySize()));
      }
    }
  }

  @Override
  public void close() {
    weights.close();
  }
}
