package dev.plumbline.lm.script;

import dev.plumbline.lm.checkpoint.Architecture;
import dev.plumbline.lm.checkpoint.Architecture.Block;
import dev.plumbline.lm.checkpoint.Architecture.Linear;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * TorchScript of a decoder that draws tokens one after the other. A token of a small batch costs
 * what reading the weights costs, so they are read as the processor likes it: transposed, and
 * matrices of the same input joined into one. And as a token of a small model is many small
 * operations, a call draws several.
 *
 * <p>Methods, with B rows, N new tokens, V words, KV key heads, D a head's size, S columns of the
 * caches:
 *
 * <ul>
 *   <li>{@code pack(p) -> w}: the weights, laid out
 *   <li>{@code decode(ids [B], cos, sin, bias [B * KV, 1, S], at, keys, values, p, w) -> [B, V]}:
 *       logits after the tokens at column {@code at}, whose keys and values go into the caches
 *       {@code [B * KV, S, D]}; {@code cos} and {@code sin} of the rows' positions, {@code [B, 1,
 *       D/2]}
 *   <li>{@code generate(ids [B], pads [B], cos, sin, uniforms [B, N], at, keys, values, p, w,
 *       temperature, k, top) -> ([B, N], [B, N])}: the next N tokens and their log-probs under the
 *       model itself, given the tokens at column {@code at} and so many columns of padding on the
 *       left; {@code cos} and {@code sin} are the whole tables
 * </ul>
 */
final class DecodeScript {
  private final Architecture architecture;
  private final DecoderConfig config;
  private final Function<ParameterSpec, String> parameter;
  private final StringBuilder pack = new StringBuilder();
  private final StringBuilder decode = new StringBuilder();
  private int packed;

  private DecodeScript(Architecture architecture, Function<ParameterSpec, String> parameter) {
    this.architecture = architecture;
    this.config = architecture.config();
    this.parameter = parameter;
  }

  /**
   * @param parameter a parameter's expression in a script
   */
  static String of(Architecture architecture, Function<ParameterSpec, String> parameter) {
    DecodeScript script = new DecodeScript(architecture, parameter);
    script.decode();
    return """
          def pack(self: __torch__.M, p: List[Tensor]) -> List[Tensor]:
            w = annotate(List[Tensor], [])
        PACK    return w
          def generate(self: __torch__.M, ids: Tensor, pads: Tensor, cos: Tensor, sin: Tensor, uniforms: Tensor, at: int, keys: List[Tensor], values: List[Tensor], p: List[Tensor], w: List[Tensor], temperature: float, k: int, top: float) -> Tuple[Tensor, Tensor]:
            n = torch.size(uniforms, 1)
            drawn = annotate(List[Tensor], [])
            scores = annotate(List[Tensor], [])
            columns = torch.arange(torch.add(at, n), dtype=4, layout=None, device=ids.device)
            padding = torch.lt(columns, torch.unsqueeze(pads, 1))
            bias = torch.zeros(torch.size(padding), dtype=6, layout=None, device=ids.device)
            bias = torch.masked_fill_(bias, padding, float("-inf"))
            bias = torch.repeat_interleave(torch.unsqueeze(bias, 1), HEADS, 0)
            for i in range(n):
              column = torch.add(at, i)
              positions = torch.sub(column, pads)
              c = torch.unsqueeze(torch.embedding(cos, positions), 1)
              s = torch.unsqueeze(torch.embedding(sin, positions), 1)
              z = (self).decode(ids, c, s, bias, column, keys, values, p, w)
              ids, l, = (self).pick(z, torch.select(uniforms, 1, i), temperature, k, top)
              _ = torch.append(drawn, ids)
              _1 = torch.append(scores, l)
            return (torch.stack(drawn, 1), torch.stack(scores, 1))
        """
            .replace("PACK", script.pack)
            .replace("HEADS", String.valueOf(architecture.config().keyValueHeads()))
        + script.decode;
  }

  private void decode() {
    int heads = config.attentionHeads();
    int keyHeads = config.keyValueHeads();
    int size = config.headSize();
    line(
        "  def decode(self: __torch__.M, ids: Tensor, cos: Tensor, sin: Tensor, bias: Tensor, at: int, keys: List[Tensor], values: List[Tensor], p: List[Tensor], w: List[Tensor]) -> Tensor:");
    line("    b = torch.size(ids, 0)");
    line("    end = torch.add(at, 1)");
    line("    bias = torch.slice(bias, 2, 0, end)");
    line("    x = torch.embedding(%s, ids)", parameter.apply(architecture.embedding()));
    for (int layer = 0; layer < config.layers(); layer++) {
      Block block = architecture.blocks().get(layer);
      norm(block.attentionNorm());
      line("    qkv = %s", product("n", block.query(), block.key(), block.value()));
      line("    qkv = torch.reshape(qkv, [b, %d, %d])", heads + 2 * keyHeads, size);
      line("    qk = (self).rotate(torch.slice(qkv, 1, 0, %d), cos, sin)", heads + keyHeads);
      // The query heads of a key head form a matrix, so that no key is repeated.
      line(
          "    q = torch.reshape(torch.slice(qk, 1, 0, %d), [-1, %d, %d])",
          heads, heads / keyHeads, size);
      cache("keys", layer, "qk", heads, heads + keyHeads);
      cache("values", layer, "qkv", heads + keyHeads, heads + 2 * keyHeads);
      line("    k = torch.slice(keys[%d], 1, 0, end)", layer);
      line("    v = torch.slice(values[%d], 1, 0, end)", layer);
      line(
          "    s = torch.baddbmm(bias, q, torch.transpose(k, 1, 2), alpha=%s)",
          1 / Math.sqrt(size));
      line("    a = torch.reshape(torch.bmm(torch.softmax(s, -1), v), [b, %d])", heads * size);
      line("    x = torch.add(x, %s)", product("a", block.output()));
      norm(block.mlpNorm());
      line("    gate, up, = torch.chunk(%s, 2, -1)", product("n", block.gate(), block.up()));
      line("    x = torch.add(x, %s)", product("(self).gated(gate, up)", block.down()));
    }
    norm(architecture.finalNorm());
    line("    return %s", product("n", architecture.head()));
  }

  private void norm(ParameterSpec weight) {
    line("    n = (self).norm(x, %s)", parameter.apply(weight));
  }

  /** Writes the heads from one to another into a cache. */
  private void cache(String caches, int layer, String heads, int from, int to) {
    line(
        "    _ = torch.copy_(torch.select(%s[%d], 1, at), torch.flatten(torch.slice(%s, 1, %d, %d), 0, 1))",
        caches, layer, heads, from, to);
  }

  /** The input times matrices, side by side: packs them, and their biases if they have any. */
  private String product(String input, Linear... linears) {
    String matrix = packed("torch.contiguous(torch.t(%s))", List.of(linears), Linear::weight);
    if (linears[0].bias().isEmpty()) {
      return "torch.mm(%s, %s)".formatted(input, matrix);
    }
    String bias = packed("%s", List.of(linears), linear -> linear.bias().orElseThrow());
    return "torch.addmm(%s, %s, %s)".formatted(bias, input, matrix);
  }

  private String packed(String layout, List<Linear> linears, Function<Linear, ParameterSpec> part) {
    List<String> parts = linears.stream().map(part).map(parameter).toList();
    String joined =
        parts.size() == 1 ? parts.get(0) : "torch.cat([" + String.join(", ", parts) + "])";
    pack.append("    _ = torch.append(w, ").append(layout.formatted(joined)).append(")\n");
    return "w[" + packed++ + "]";
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... arguments) {
    decode.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
