package dev.plumbline.lm.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A decoder described: its sizes, and which parameter plays which part. Whoever reads, writes or
 * runs a model goes by this; only a family's own class knows what its parameters are called.
 *
 * @param config the sizes
 * @param embedding token embedding, {@code [vocabulary, hidden]}
 * @param blocks the layers, first to last
 * @param finalNorm norm before the head
 * @param head from hidden states to logits; its weight is the embedding where they are tied
 * @param aliases names under which files may hold a tied parameter once more
 * @param bufferSuffixes how the names of tensors end that files may hold and that follow from the
 *     config
 */
public record Architecture(
    DecoderConfig config,
    ParameterSpec embedding,
    List<Block> blocks,
    ParameterSpec finalNorm,
    Linear head,
    Map<String, ParameterSpec> aliases,
    Set<String> bufferSuffixes) {

  /** The architecture of a config's family. */
  public static Architecture of(DecoderConfig config) {
    return Family.named(config.modelType()).architecture(config);
  }

  /** Every parameter once, in the order of the model's {@code state_dict} in transformers. */
  public List<ParameterSpec> parameters() {
    Set<ParameterSpec> all = new LinkedHashSet<>();
    all.add(embedding);
    blocks.forEach(block -> all.addAll(block.parameters()));
    all.add(finalNorm);
    all.addAll(head.parameters());
    return List.copyOf(all);
  }

  /** {@code y = W x + b}, W being {@code [out, in]}. */
  public record Linear(ParameterSpec weight, Optional<ParameterSpec> bias) {
    List<ParameterSpec> parameters() {
      return bias.map(b -> List.of(weight, b)).orElseGet(() -> List.of(weight));
    }
  }

  /** One layer: {@code x += output(attention(norm(x)))}, {@code x += down(act(gate) * up)}. */
  public record Block(
      ParameterSpec attentionNorm,
      Linear query,
      Linear key,
      Linear value,
      Linear output,
      ParameterSpec mlpNorm,
      Linear gate,
      Linear up,
      Linear down) {
    List<ParameterSpec> parameters() {
      List<ParameterSpec> all = new ArrayList<>();
      for (Linear linear : List.of(query, key, value, output, gate, up, down)) {
        all.addAll(linear.parameters());
      }
      all.add(attentionNorm);
      all.add(mlpNorm);
      return all;
    }
  }
}
