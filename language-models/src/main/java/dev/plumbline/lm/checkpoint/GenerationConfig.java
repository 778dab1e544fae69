package dev.plumbline.lm.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a model wants to be generated from: {@code generation_config.json}, and for token ids that it
 * does not give, {@code config.json}. What neither gives is empty.
 *
 * @param eosIds ids that end a completion, the first being the one to write; may be empty
 * @param bosId id that starts a text
 * @param padId id that fills rows
 * @param sample whether to sample; else greedy
 * @param temperature divisor of the logits
 * @param topK how many of the most probable tokens may be drawn; 0 means all
 * @param topP probability that the tokens to draw from must reach together
 */
public record GenerationConfig(
    List<Integer> eosIds,
    OptionalInt bosId,
    OptionalInt padId,
    Optional<Boolean> sample,
    OptionalDouble temperature,
    OptionalInt topK,
    OptionalDouble topP) {
  static final String FILE = "generation_config.json";

  public GenerationConfig {
    eosIds = List.copyOf(eosIds);
  }

  /** Token ids alone. */
  public static GenerationConfig of(List<Integer> eosIds, OptionalInt bosId, OptionalInt padId) {
    return new GenerationConfig(
        eosIds,
        bosId,
        padId,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalInt.empty(),
        OptionalDouble.empty());
  }

  /**
   * Reads a model folder's.
   *
   * @throws dev.plumbline.lm.PlumblineException if a file is not JSON or a value not what it should
   *     be
   */
  public static GenerationConfig read(Path folder) {
    JsonObject config = JsonObject.read(folder.resolve(ModelFolder.CONFIG));
    Path file = folder.resolve(FILE);
    JsonObject generation =
        Files.exists(file)
            ? JsonObject.read(file)
            : new JsonObject(file, "", JsonNodeFactory.instance.objectNode());
    return new GenerationConfig(
        eosIds(holder("eos_token_id", generation, config)),
        id("bos_token_id", holder("bos_token_id", generation, config)),
        id("pad_token_id", holder("pad_token_id", generation, config)),
        generation.isSet("do_sample")
            ? Optional.of(generation.flag("do_sample", false))
            : Optional.empty(),
        generation.isSet("temperature")
            ? OptionalDouble.of(temperature(generation))
            : OptionalDouble.empty(),
        generation.isSet("top_k")
            ? OptionalInt.of(id(generation, "top_k", generation.node().get("top_k")))
            : OptionalInt.empty(),
        generation.isSet("top_p")
            ? OptionalDouble.of(generation.positive("top_p"))
            : OptionalDouble.empty());
  }

  private static JsonObject holder(String key, JsonObject generation, JsonObject config) {
    return generation.isSet(key) ? generation : config;
  }

  private static List<Integer> eosIds(JsonObject holder) {
    List<Integer> ids = new ArrayList<>();
    JsonNode value = holder.node().path("eos_token_id");
    if (value instanceof ArrayNode list) {
      list.forEach(element -> ids.add(id(holder, "eos_token_id", element)));
    } else if (holder.isSet("eos_token_id")) {
      ids.add(id(holder, "eos_token_id", value));
    }
    return ids;
  }

  /** Some models give -1 for an id that they do not have. */
  private static OptionalInt id(String key, JsonObject holder) {
    JsonNode value = holder.node().path(key);
    return !holder.isSet(key) || value.isInt() && value.intValue() == -1
        ? OptionalInt.empty()
        : OptionalInt.of(id(holder, key, value));
  }

  private static int id(JsonObject holder, String key, JsonNode value) {
    if (!value.isInt() || value.intValue() < 0) {
      throw holder.wrong(key, "whole numbers of at least 0");
    }
    return value.intValue();
  }

  private static double temperature(JsonObject generation) {
    JsonNode value = generation.node().get("temperature");
    return value.isNumber() && value.doubleValue() == 0 ? 0 : generation.positive("temperature");
  }

  /** The token ids as keys of {@code config.json} or {@code generation_config.json}. */
  void writeIds(ObjectNode json) {
    bosId.ifPresent(id -> json.put("bos_token_id", id));
    padId.ifPresent(id -> json.put("pad_token_id", id));
    if (eosIds.size() == 1) {
      json.put("eos_token_id", eosIds.get(0));
    } else if (!eosIds.isEmpty()) {
      eosIds.forEach(json.putArray("eos_token_id")::add);
    }
  }

  /** Everything, as {@code generation_config.json} has it. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    writeIds(json);
    sample.ifPresent(value -> json.put("do_sample", value));
    temperature.ifPresent(value -> json.put("temperature", value));
    topK.ifPresent(value -> json.put("top_k", value));
    topP.ifPresent(value -> json.put("top_p", value));
    return json;
  }
}
