package dev.plumbline.lm.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.WholeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Writes Hugging Face model folders that transformers loads, as its {@code save_pretrained} does.
 */
public final class ModelWriter {
  /** Bytes of tensors in a file, unless one tensor alone has more; the Hub's default, 5 GB. */
  static final long SHARD_BYTES = 5_000_000_000L;

  private static final List<String> TOKENIZER =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "tokenizer.model",
          "vocab.json",
          "vocab.txt",
          "merges.txt",
          "chat_template.jinja",
          "chat_template.json");

  private ModelWriter() {}

  /**
   * Writes a model under the tokenizer, generation settings and further config keys of another
   * folder of the same architecture.
   *
   * @param target a folder that must not exist
   * @param source the folder that the model comes from
   * @param architecture the model
   * @param type how to store numbers
   * @param values every parameter's values
   * @throws PlumblineException if the target exists or cannot be written, or the source describes
   *     another model
   */
  public static void write(
      Path target,
      Path source,
      Architecture architecture,
      TensorType type,
      Function<ParameterSpec, TensorValues> values) {
    if (!ModelFolder.config(source).equals(architecture.config())) {
      throw new PlumblineException(
          "%s describes another model than the one to save; name the folder that it was loaded from"
              .formatted(source.resolve(ModelFolder.CONFIG)));
    }
    ObjectNode config = JsonObject.read(source.resolve(ModelFolder.CONFIG)).node();
    config.put(config.has("dtype") ? "dtype" : "torch_dtype", type.torchName());
    WholeFiles.writeFolder(
        target,
        folder -> {
          writeJson(folder.resolve(ModelFolder.CONFIG), config);
          copy(GenerationConfig.FILE, source, folder);
          copyTokenizer(source, folder);
          writeWeights(folder, architecture, type, values, SHARD_BYTES);
        });
  }

  /** Copies a folder's tokenizer and chat template, as far as they are there. */
  public static void copyTokenizer(Path source, Path folder) throws IOException {
    for (String name : TOKENIZER) {
      copy(name, source, folder);
    }
  }

  /** Not Files.copy, which hands on that a file is read-only. */
  private static void copy(String name, Path source, Path folder) throws IOException {
    if (Files.exists(source.resolve(name))) {
      Files.write(folder.resolve(name), Files.readAllBytes(source.resolve(name)));
    }
  }

  static void writeJson(Path file, ObjectNode node) throws IOException {
    Files.writeString(file, JsonObject.text(node));
  }

  /** Writes one file, or shards with their index. */
  static void writeWeights(
      Path folder,
      Architecture architecture,
      TensorType type,
      Function<ParameterSpec, TensorValues> values,
      long shardBytes)
      throws IOException {
    List<List<ParameterSpec>> shards = shards(architecture.parameters(), type, shardBytes);
    Map<String, String> fileOf = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String name =
          shards.size() == 1
              ? WeightFiles.SINGLE
              : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
      List<TensorWriter.Tensor> tensors = new ArrayList<>();
      for (ParameterSpec parameter : shards.get(i)) {
        tensors.add(
            new TensorWriter.Tensor(parameter.name(), parameter.shape(), values.apply(parameter)));
        fileOf.put(parameter.name(), name);
      }
      TensorWriter.write(folder.resolve(name), type, tensors, Map.of("format", "pt"));
    }
    if (shards.size() > 1) {
      writeJson(folder.resolve(WeightFiles.INDEX), index(architecture, type, fileOf));
    }
  }

  /** As huggingface_hub splits: in order, and a tensor over the limit gets a file of its own. */
  private static List<List<ParameterSpec>> shards(
      List<ParameterSpec> parameters, TensorType type, long shardBytes) {
    List<List<ParameterSpec>> shards = new ArrayList<>();
    List<ParameterSpec> current = new ArrayList<>();
    long room = shardBytes;
    for (ParameterSpec parameter : parameters) {
      long bytes = parameter.elements() * type.bytes();
      if (bytes > shardBytes) {
        shards.add(List.of(parameter));
        continue;
      }
      if (bytes > room) {
        shards.add(current);
        current = new ArrayList<>();
        room = shardBytes;
      }
      current.add(parameter);
      room -= bytes;
    }
    if (!current.isEmpty()) {
      shards.add(current);
    }
    return shards;
  }

  private static ObjectNode index(
      Architecture architecture, TensorType type, Map<String, String> fileOf) {
    long elements = architecture.parameters().stream().mapToLong(ParameterSpec::elements).sum();
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index
        .putObject("metadata")
        .put("total_parameters", elements)
        .put("total_size", elements * type.bytes());
    ObjectNode map = index.putObject("weight_map");
    fileOf.forEach(map::put);
    return index;
  }
}
