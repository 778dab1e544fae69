package dev.plumbline.lm.checkpoint;

import static dev.plumbline.lm.checkpoint.ParameterSpec.Role.BIAS;
import static dev.plumbline.lm.checkpoint.ParameterSpec.Role.EMBEDDING;
import static dev.plumbline.lm.checkpoint.ParameterSpec.Role.MATRIX;
import static dev.plumbline.lm.checkpoint.ParameterSpec.Role.NORM;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.checkpoint.Architecture.Block;
import dev.plumbline.lm.checkpoint.Architecture.Linear;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Llama (Touvron et al., arXiv 2302.13971): RMSNorm before each branch, rotary positions, grouped
 * queries, SwiGLU. Keys and defaults are those of {@code LlamaConfig} in transformers; what has no
 * sensible default must be there.
 */
final class Llama {
  private static final Set<String> SILU = Set.of("silu", "swish");

  private Llama() {}

  static DecoderConfig read(JsonObject config) {
    if (!SILU.contains(config.text("hidden_act", "silu"))) {
      throw config.wrong("hidden_act", "\"silu\"");
    }
    int hidden = config.count("hidden_size");
    int heads = config.count("num_attention_heads");
    int maxPositions = config.count("max_position_embeddings");
    return new DecoderConfig(
        "llama",
        config.count("vocab_size"),
        hidden,
        config.count("num_hidden_layers"),
        heads,
        config.count("num_key_value_heads", heads),
        config.isSet("head_dim") ? config.count("head_dim") : headSize(hidden, heads),
        config.count("intermediate_size"),
        config.positive("rms_norm_eps"),
        maxPositions,
        config.flag("attention_bias", false),
        config.flag("mlp_bias", false),
        config.flag("tie_word_embeddings", false),
        RopeKeys.read(config, maxPositions));
  }

  private static int headSize(int hidden, int heads) {
    if (hidden % heads != 0) {
      throw new IllegalArgumentException(
          "hidden_size is %d; expected a multiple of num_attention_heads %d, or head_dim given"
              .formatted(hidden, heads));
    }
    return hidden / heads;
  }

  static ObjectNode write(DecoderConfig config) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("hidden_act", "silu");
    json.put("hidden_size", config.hiddenSize());
    json.put("num_attention_heads", config.attentionHeads());
    json.put("max_position_embeddings", config.maxPositions());
    json.put("vocab_size", config.vocabularySize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_key_value_heads", config.keyValueHeads());
    json.put("head_dim", config.headSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("rms_norm_eps", config.normEpsilon());
    json.put("attention_bias", config.attentionBias());
    json.put("mlp_bias", config.mlpBias());
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    RopeKeys.write(config.rope(), json);
    return json;
  }

  static Architecture describe(DecoderConfig config) {
    long vocabulary = config.vocabularySize();
    long hidden = config.hiddenSize();
    ParameterSpec embedding =
        new ParameterSpec("model.embed_tokens.weight", List.of(vocabulary, hidden), EMBEDDING);
    Linear head =
        config.tiedEmbeddings()
            ? new Linear(embedding, Optional.empty())
            : linear("lm_head", hidden, vocabulary, false);
    return new Architecture(
        config,
        embedding,
        IntStream.range(0, config.layers()).mapToObj(layer -> block(config, layer)).toList(),
        norm("model.norm", hidden),
        head,
        config.tiedEmbeddings() ? Map.of("lm_head.weight", embedding) : Map.of(),
        Set.of(".rotary_emb.inv_freq"));
  }

  private static Block block(DecoderConfig config, int layer) {
    String prefix = "model.layers." + layer + ".";
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    long queries = (long) config.attentionHeads() * config.headSize();
    long keys = (long) config.keyValueHeads() * config.headSize();
    boolean bias = config.attentionBias();
    boolean mlpBias = config.mlpBias();
    return new Block(
        norm(prefix + "input_layernorm", hidden),
        linear(prefix + "self_attn.q_proj", hidden, queries, bias),
        linear(prefix + "self_attn.k_proj", hidden, keys, bias),
        linear(prefix + "self_attn.v_proj", hidden, keys, bias),
        linear(prefix + "self_attn.o_proj", queries, hidden, bias),
        norm(prefix + "post_attention_layernorm", hidden),
        linear(prefix + "mlp.gate_proj", hidden, inner, mlpBias),
        linear(prefix + "mlp.up_proj", hidden, inner, mlpBias),
        linear(prefix + "mlp.down_proj", inner, hidden, mlpBias));
  }

  private static ParameterSpec norm(String name, long size) {
    return new ParameterSpec(name + ".weight", List.of(size), NORM);
  }

  private static Linear linear(String name, long in, long out, boolean bias) {
    return new Linear(
        new ParameterSpec(name + ".weight", List.of(out, in), MATRIX),
        bias
            ? Optional.of(new ParameterSpec(name + ".bias", List.of(out), BIAS))
            : Optional.empty());
  }
}
