package dev.plumbline.lm.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Keys of {@code config.json} that change what some model of transformers computes and that are not
 * supported here. They may be there only with a value that changes nothing.
 */
final class UnsupportedKeys {
  private static final Map<String, Neutral> KEYS = new HashMap<>();

  static {
    add(
        new Neutral("none", value -> false),
        // attention
        "sliding_window",
        "attention_window_size",
        "attention_chunk_size",
        "attn_logit_softcapping",
        "attention_multiplier",
        "query_pre_attn_scalar",
        "clip_qkv",
        // positions
        "rotary_dim",
        "rotary_ndims",
        "rope_local_base_freq",
        "no_rope_layer_interval",
        "type_vocab_size",
        // elsewhere
        "final_logit_softcapping",
        "hidden_activation",
        "word_embed_proj_dim",
        "num_experts",
        "num_local_experts",
        "n_routed_experts",
        "per_layer_config",
        // weights that are not plain numbers, and code that comes with the model
        "quantization_config",
        "compression_config",
        "auto_map");
    add(
        new Neutral("false", value -> value.isBoolean() && !value.booleanValue()),
        "use_sliding_window",
        "use_bidirectional_attention",
        "use_qk_norm",
        "qk_layernorm",
        "qk_norm",
        "use_qkv_bias",
        "qkv_bias",
        "lm_head_bias",
        "multi_query",
        "alibi",
        "use_alibi",
        "scale_attn_by_inverse_layer_idx",
        "parallel_attn",
        "use_parallel_residual",
        "apply_residual_connection_post_layernorm",
        "new_decoder_architecture",
        "scale_embedding",
        "add_cross_attention",
        "is_encoder_decoder");
    add(
        new Neutral("1", value -> value.isNumber() && value.doubleValue() == 1),
        "partial_rotary_factor",
        "rotary_pct",
        "embedding_multiplier",
        "residual_multiplier",
        "logits_scaling",
        "logit_scale");
    add(
        new Neutral(
            "0 (there is no dropout: set it to 0 to use the model without)",
            value -> value.isNumber() && value.doubleValue() == 0),
        "attention_dropout",
        "attn_pdrop",
        "embd_pdrop",
        "resid_pdrop",
        "dropout",
        "hidden_dropout",
        "layerdrop");
    add(new Neutral("full_attention on every layer", all("full_attention")), "layer_types");
    add(new Neutral("1 on every layer", all("1")), "no_rope_layers");
  }

  private UnsupportedKeys() {}

  /** What a key may be without changing anything. */
  private record Neutral(String expected, Predicate<JsonNode> holds) {}

  private static void add(Neutral neutral, String... keys) {
    for (String key : keys) {
      KEYS.put(key, neutral);
    }
  }

  private static Predicate<JsonNode> all(String text) {
    return value -> {
      for (JsonNode element : value) {
        if (!element.asText().equals(text)) {
          return false;
        }
      }
      return value.isArray();
    };
  }

  /**
   * @throws dev.plumbline.lm.PlumblineException if a key asks for something that is not supported
   */
  static void refuse(JsonObject config) {
    config
        .node()
        .fieldNames()
        .forEachRemaining(
            key -> {
              Neutral neutral = KEYS.get(key);
              if (neutral != null
                  && config.isSet(key)
                  && !neutral.holds().test(config.node().get(key))) {
                throw config.wrong(
                    key, neutral.expected() + ": it changes the model and is not supported");
              }
            });
  }
}
