package dev.plumbline.lm.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.PlumblineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The safetensors files of a model folder: one, or shards that an index lists. */
final class WeightFiles implements AutoCloseable {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private final Map<Path, TensorFile> files = new LinkedHashMap<>();
  private final Map<String, TensorFile> holders = new LinkedHashMap<>();

  private WeightFiles() {}

  static WeightFiles open(Path folder) {
    WeightFiles weights = new WeightFiles();
    try {
      if (Files.exists(folder.resolve(SINGLE))) {
        weights.add(folder.resolve(SINGLE));
      } else if (Files.exists(folder.resolve(INDEX))) {
        weights.addShards(folder, JsonObject.read(folder.resolve(INDEX)));
      } else {
        throw new PlumblineException(
            "model folder %s has neither %s nor %s; weights in another format must be converted first"
                .formatted(folder, SINGLE, INDEX));
      }
      return weights;
    } catch (RuntimeException failure) {
      weights.close();
      throw failure;
    }
  }

  /** What the tensors of all files are called. */
  Set<String> names() {
    return holders.keySet();
  }

  /** The file that holds a tensor. */
  TensorFile holder(String name) {
    return holders.get(name);
  }

  private void addShards(Path folder, JsonObject index) {
    JsonObject map = index.object("weight_map");
    for (Map.Entry<String, JsonNode> entry : map.node().properties()) {
      String name = map.text(entry.getKey());
      if (name.contains("/") || name.contains("\\")) {
        throw map.wrong(entry.getKey(), "the name of a file in the same folder");
      }
      Path file = folder.resolve(name);
      if (!files.containsKey(file)) {
        add(file);
      }
      if (holders.get(entry.getKey()) != files.get(file)) {
        throw map.wrong(entry.getKey(), "the file that holds the tensor");
      }
    }
    for (Map.Entry<String, TensorFile> held : holders.entrySet()) {
      if (!map.isSet(held.getKey())) {
        throw map.wrong(held.getKey(), "its file, " + held.getValue().path().getFileName());
      }
    }
  }

  private void add(Path path) {
    TensorFile file = TensorFile.open(path);
    files.put(path, file);
    for (String name : file.names()) {
      TensorFile other = holders.put(name, file);
      if (other != null) {
        throw new PlumblineException(
            "%s and %s both hold tensor %s; remove the file that does not belong here"
                .formatted(other.path(), path, name));
      }
    }
  }

  @Override
  public void close() {
    files.values().forEach(TensorFile::close);
  }
}
