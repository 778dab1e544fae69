package dev.plumbline.lm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code config.json} of Llama in both styles, and what is refused. */
class ConfigTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LLAMA =
      """
      {"model_type": "llama", "vocab_size": 97, "hidden_size": 32, "num_hidden_layers": 2,
       "num_attention_heads": 4, "intermediate_size": 54, "rms_norm_eps": 1e-05,
       "max_position_embeddings": 64}
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-mha",
        "llama-gqa-tied",
        "llama-rope-llama3",
        "llama-rope-linear",
        "llama-yarn",
        "llama-bias"
      })
  void bothStylesSayTheSame(String name) throws IOException {
    Files.copy(
        Golden.model("formats").resolve("old-configs").resolve(name + ".json"),
        folder.resolve("config.json"));
    assertThat(ModelFolder.config(folder)).isEqualTo(ModelFolder.config(Golden.model(name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-mha",
        "llama-gqa-tied",
        "llama-rope-llama3",
        "llama-rope-linear",
        "llama-yarn",
        "llama-bias"
      })
  void aConfigIsWrittenAsItIsRead(String name) throws IOException {
    DecoderConfig config = ModelFolder.config(Golden.model(name));
    RandomModel.write(config, GenerationConfig.read(Golden.model(name)), 1, folder);
    assertThat(ModelFolder.config(folder)).isEqualTo(config);
    assertThat(GenerationConfig.read(folder)).isEqualTo(GenerationConfig.read(Golden.model(name)));
  }

  /** What LlamaConfig takes for keys that old configs lack. */
  @Test
  void defaults() throws IOException {
    assertThat(read(LLAMA))
        .isEqualTo(
            new DecoderConfig(
                "llama",
                97,
                32,
                2,
                4,
                4,
                8,
                54,
                1e-5,
                64,
                false,
                false,
                false,
                new RopeScaling.Plain(10_000)));
  }

  @Test
  void theParametersOfALlama() throws IOException {
    Architecture biased = Architecture.of(ModelFolder.config(Golden.model("llama-bias")));
    assertThat(biased.parameters()).hasSize(1 + 2 * (7 * 2 + 2) + 2);
    assertThat(biased.parameters().subList(0, 3))
        .extracting(ParameterSpec::name)
        .containsExactly(
            "model.embed_tokens.weight",
            "model.layers.0.self_attn.q_proj.weight",
            "model.layers.0.self_attn.q_proj.bias");
    assertThat(biased.parameters().stream().filter(ParameterSpec::decays))
        .hasSize(2 + 2 * 7)
        .noneMatch(p -> p.name().contains("norm") || p.name().endsWith("bias"));
    Architecture tied = Architecture.of(ModelFolder.config(Golden.model("llama-gqa-tied")));
    assertThat(tied.head().weight()).isEqualTo(tied.embedding());
    assertThat(tied.blocks().get(1).key().weight().shape()).isEqualTo(List.of(24L, 32L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vocab_size",
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        "rms_norm_eps",
        "max_position_embeddings",
        "model_type"
      })
  void aMissingKeyIsNamed(String key) throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(LLAMA);
    config.remove(key);
    assertRefused(config.toString(), key + " is missing; expected a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "model_type": "qwen2"             | model_type is "qwen2"; expected one of those supported: llama
          "architectures": ["LlamaForSequenceClassification"] | expected one of those supported: ["LlamaForCausalLM"]
          "vocab_size": 97.5                | vocab_size is 97.5; expected a whole number of at least 1
          "num_hidden_layers": 0            | num_hidden_layers is 0; expected a whole number of at least 1
          "hidden_size": "32"               | hidden_size is "32"; expected a whole number
          "hidden_size": 33                 | hidden_size is 33; expected a multiple of num_attention_heads 4, or head_dim given
          "head_dim": 7                     | is 7; rotary positions need an even one
          "num_key_value_heads": 3          | num_attention_heads is 4; expected a multiple of num_key_value_heads 3
          "rms_norm_eps": 0                 | rms_norm_eps is 0; expected a number over 0
          "tie_word_embeddings": "yes"      | tie_word_embeddings is "yes"; expected true or false
          "hidden_act": "gelu"              | hidden_act is "gelu"; expected "silu"
          "sliding_window": 6               | sliding_window is 6; expected none: it changes the model and is not supported
          "attn_logit_softcapping": 3.0     | attn_logit_softcapping is 3.0; expected none
          "final_logit_softcapping": 2.5    | final_logit_softcapping is 2.5; expected none
          "query_pre_attn_scalar": 20       | query_pre_attn_scalar is 20; expected none
          "attention_multiplier": 0.22      | attention_multiplier is 0.22; expected none
          "embedding_multiplier": 1.6       | embedding_multiplier is 1.6; expected 1
          "residual_multiplier": 1.5        | residual_multiplier is 1.5; expected 1
          "logits_scaling": 1.4             | logits_scaling is 1.4; expected 1
          "partial_rotary_factor": 0.5      | partial_rotary_factor is 0.5; expected 1
          "use_sliding_window": true        | use_sliding_window is true; expected false
          "layer_types": ["full_attention", "sliding_attention"] | expected full_attention on every layer
          "no_rope_layers": [1, 0]          | no_rope_layers is [1,0]; expected 1 on every layer
          "attention_dropout": 0.1          | attention_dropout is 0.1; expected 0
          "quantization_config": {"bits": 4} | quantization_config is {"bits":4}; expected none
          "auto_map": {"AutoModel": "m.M"}  | auto_map is {"AutoModel":"m.M"}; expected none
          "rope_scaling": {"type": "dynamic", "factor": 2.0} | rope_scaling.type is "dynamic"; expected one of those supported: default, linear, llama3, yarn
          "rope_scaling": {"rope_type": "longrope", "factor": 2.0} | rope_scaling.rope_type is "longrope"; expected
          "rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.5} | rope_parameters.partial_rotary_factor is 0.5; expected none
          "rope_parameters": {"rope_type": "linear", "factor": 2.0, "mrope_section": [1]} | rope_parameters.mrope_section is [1]; expected none
          "rope_parameters": {"rope_type": "linear"} | rope_parameters.factor is missing; expected a number over 0
          "rope_parameters": {"rope_type": "linear", "type": "yarn", "factor": 2} | rope_parameters.type is "yarn"; expected the same as rope_type
          "rope_parameters": {"full_attention": {"rope_theta": 1.0}} | rope_parameters.full_attention is
          "rope_parameters": {"rope_theta": 5.0}, "rope_theta": 6.0 | rope_theta is 6.0; expected the same as rope_parameters.rope_theta, 5.0
          "rope_parameters": {"rope_theta": 5.0}, "rope_scaling": {"type": "default"} | expected either rope_scaling or rope_parameters
          "rope_scaling": "linear"          | rope_scaling is "linear"; expected an object
          """)
  void whatIsNotSupportedIsNamed(String keys, String message) throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(LLAMA);
    config.setAll((ObjectNode) JSON.readTree("{" + keys + "}"));
    assertRefused(config.toString(), message);
  }

  @Test
  void neutralValuesOfUnsupportedKeysAreLetBe() throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(LLAMA);
    config.setAll(
        (ObjectNode)
            JSON.readTree(
                """
                {"sliding_window": null, "use_sliding_window": false, "attention_dropout": 0.0,
                 "layer_types": ["full_attention", "full_attention"], "logits_scaling": 1.0,
                 "pretraining_tp": 2, "my_own_note": "x", "hidden_act": "swish",
                 "rope_scaling": {"type": "default", "rope_type": "default", "factor": null}}
                """));
    assertThat(read(config.toString())).isEqualTo(read(LLAMA));
  }

  /** The defaults of modeling_rope_utils: betas, and the attention factor of the YaRN paper. */
  @Test
  void yarnDefaults() throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(LLAMA);
    ObjectNode rope = config.putObject("rope_scaling").put("rope_type", "yarn").put("factor", 4.0);
    RopeScaling.Yarn plain = (RopeScaling.Yarn) read(config.toString()).rope();
    assertThat(plain.attentionFactor()).isCloseTo(0.1 * Math.log(4) + 1, within(1e-15));
    assertThat(plain)
        .isEqualTo(new RopeScaling.Yarn(10_000, 4, plain.attentionFactor(), 32, 1, 64, true));
    rope.put("mscale", 2.0).put("mscale_all_dim", 0.5);
    assertThat(((RopeScaling.Yarn) read(config.toString()).rope()).attentionFactor())
        .isCloseTo((0.2 * Math.log(4) + 1) / (0.05 * Math.log(4) + 1), within(1e-15));
    rope.put("attention_factor", 1.25).put("truncate", false);
    assertThat(read(config.toString()).rope())
        .isEqualTo(new RopeScaling.Yarn(10_000, 4, 1.25, 32, 1, 64, false));
  }

  private DecoderConfig read(String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
    return ModelFolder.config(folder);
  }

  private void assertRefused(String config, String message) {
    assertThatThrownBy(() -> read(config))
        .isInstanceOf(PlumblineException.class)
        .hasMessageStartingWith(folder.resolve("config.json") + ": ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
