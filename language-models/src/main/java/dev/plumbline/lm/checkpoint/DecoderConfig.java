package dev.plumbline.lm.checkpoint;

/**
 * What {@code config.json} says of a Llama-family decoder, in either style of transformers (4:
 * {@code rope_theta}, {@code rope_scaling}, {@code torch_dtype}; 5: {@code rope_parameters}, {@code
 * dtype}). All sizes are in elements.
 *
 * @param modelType the name transformers knows it by, {@code llama}
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param layers number of blocks
 * @param attentionHeads query heads
 * @param keyValueHeads key and value heads; divides the query heads
 * @param headSize width of one head, even; need not be hiddenSize / attentionHeads
 * @param intermediateSize width of the gated MLP
 * @param normEpsilon epsilon of RMSNorm
 * @param maxPositions longest row the model was made for
 * @param attentionBias whether q, k, v and o have biases
 * @param mlpBias whether gate, up and down have biases
 * @param tiedEmbeddings whether the head is the embedding
 * @param rope rotary positions
 */
public record DecoderConfig(
    String modelType,
    int vocabularySize,
    int hiddenSize,
    int layers,
    int attentionHeads,
    int keyValueHeads,
    int headSize,
    int intermediateSize,
    double normEpsilon,
    int maxPositions,
    boolean attentionBias,
    boolean mlpBias,
    boolean tiedEmbeddings,
    RopeScaling rope) {

  /**
   * @throws IllegalArgumentException if sizes do not fit together; the message uses the keys of
   *     {@code config.json}
   */
  public DecoderConfig {
    if (attentionHeads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads is %d; expected a multiple of num_key_value_heads %d"
              .formatted(attentionHeads, keyValueHeads));
    }
    if (headSize % 2 != 0) {
      throw new IllegalArgumentException(
          "the size of a head (head_dim, or hidden_size / num_attention_heads) is %d; rotary positions need an even one"
              .formatted(headSize));
    }
  }
}
