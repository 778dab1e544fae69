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
import java.util.function.Function;

/**
 * How a model wants to be generated from: {@code generation_config.json}, and for what it does not
 * give, {@code config.json}. What neither gives is empty.
 *
 * @param eosIds ids that end a completion, the first being the one to write; may be empty
 * @param bosId id that starts a text
 * @param padId id that fills rows
 * @param sample whether to sample; else greedy
 * @param temperature divisor of the logits; 0 means greedy
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
    JsonObject generation = Files.exists(file) ? JsonObject.read(file) : config;
    Function<String, JsonObject> holder = key -> generation.isSet(key) ? generation : config;
    return new GenerationConfig(
        eosIds(holder.apply("eos_token_id")),
        id(holder.apply("bos_token_id"), "bos_token_id"),
        id(holder.apply("pad_token_id"), "pad_token_id"),
        flag(holder.apply("do_sample"), "do_sample"),
        number(holder.apply("temperature"), "temperature"),
        id(holder.apply("top_k"), "top_k"),
        number(holder.apply("top_p"), "top_p"));
  }

  private static List<Integer> eosIds(JsonObject holder) {
    String key = "eos_token_id";
    if (holder.node().get(key) instanceof ArrayNode list) {
      List<Integer> ids = new ArrayList<>();
      list.forEach(element -> ids.add(id(holder, key, element)));
      return ids;
    }
    return holder.isSet(key) ? List.of(id(holder, key, holder.node().get(key))) : List.of();
  }

  /** Some models give -1 for an id that they do not have. */
  private static OptionalInt id(JsonObject holder, String key) {
    return holder.isSet(key) && holder.node().get(key).asInt() != -1
        ? OptionalInt.of(id(holder, key, holder.node().get(key)))
        : OptionalInt.empty();
  }

  private static int id(JsonObject holder, String key, JsonNode value) {
    if (!value.isInt() || value.intValue() < 0) {
      throw holder.wrong(key, "whole numbers of at least 0");
    }
    return value.intValue();
  }

  private static Optional<Boolean> flag(JsonObject holder, String key) {
    return holder.isSet(key) ? Optional.of(holder.flag(key, false)) : Optional.empty();
  }

  private static OptionalDouble number(JsonObject holder, String key) {
    if (!holder.isSet(key)) {
      return OptionalDouble.empty();
    }
    double value = holder.node().get(key).asDouble(-1);
    if (value < 0 || !holder.node().get(key).isNumber()) {
      throw holder.wrong(key, "a number of at least 0");
    }
    return OptionalDouble.of(value);
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
