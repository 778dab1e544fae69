package dev.plumbline.lm.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The families of models that are supported. A family is how its {@code config.json} is read and
 * written, and what its parameters are called.
 */
@SuppressWarnings("ImmutableEnumChecker") // References to static methods have no state.
enum Family {
  LLAMA("llama", "LlamaForCausalLM", Llama::read, Llama::write, Llama::describe);

  private final String modelType;
  private final String className;
  private final Function<JsonObject, DecoderConfig> reader;
  private final Function<DecoderConfig, ObjectNode> writer;
  private final Function<DecoderConfig, Architecture> description;

  Family(
      String modelType,
      String className,
      Function<JsonObject, DecoderConfig> reader,
      Function<DecoderConfig, ObjectNode> writer,
      Function<DecoderConfig, Architecture> description) {
    this.modelType = modelType;
    this.className = className;
    this.reader = reader;
    this.writer = writer;
    this.description = description;
  }

  /** Reads a {@code config.json} of any family. */
  static DecoderConfig read(JsonObject config) {
    String type = config.text("model_type");
    for (Family family : values()) {
      if (family.modelType.equals(type)) {
        family.checkClass(config);
        UnsupportedKeys.refuse(config);
        return config.checked(family.reader);
      }
    }
    throw config.wrong("model_type", supported(family -> family.modelType));
  }

  /** The family of a model type that has been read before. */
  static Family named(String modelType) {
    return Arrays.stream(values())
        .filter(family -> family.modelType.equals(modelType))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no family is called " + modelType));
  }

  Architecture architecture(DecoderConfig config) {
    return description.apply(config);
  }

  /** A {@code config.json} of transformers 4, which 5 reads too; without token ids. */
  ObjectNode json(DecoderConfig config) {
    ObjectNode json = writer.apply(config);
    json.put("model_type", modelType);
    json.putArray("architectures").add(className);
    return json;
  }

  /** Other heads (a classifier's, say) go by the same model type. */
  private void checkClass(JsonObject config) {
    if (config.isSet("architectures")
        && !config.node().get("architectures").toString().equals("[\"" + className + "\"]")) {
      throw config.wrong("architectures", supported(family -> "[\"" + family.className + "\"]"));
    }
  }

  private static String supported(Function<Family, String> name) {
    return Arrays.stream(values())
        .map(name)
        .collect(Collectors.joining(", ", "one of those supported: ", ""));
  }
}
