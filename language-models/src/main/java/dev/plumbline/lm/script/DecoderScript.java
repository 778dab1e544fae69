package dev.plumbline.lm.script;

import dev.plumbline.lm.checkpoint.Architecture;
import dev.plumbline.lm.checkpoint.Architecture.Block;
import dev.plumbline.lm.checkpoint.Architecture.Linear;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * TorchScript source of a decoder, written from its description. The layers are unrolled and every
 * parameter is addressed by its place in the list of {@link Architecture#parameters()}.
 *
 * <p>Methods, with B rows, T tokens a row, N chosen positions, V words, S cache places:
 *
 * <ul>
 *   <li>{@code hidden(ids [B,T], at [N], cos, sin, p) -> [N, hidden]}: the last hidden states at
 *       flat positions {@code row * T + t}, rows padded on the right (causal attention alone keeps
 *       padding away from what is real)
 *   <li>{@code head(h [N, hidden], p) -> [N, V]}: logits
 *   <li>{@code prefill(ids, pads [B], cos, sin, keys, values, p) -> [B, V]}: rows padded on the
 *       left; fills the caches, logits after the last column
 *   <li>{@code decode(ids [B], pads, cos, sin, at, keys, values, p) -> [B, V]}: one token further,
 *       at column {@code at}
 * </ul>
 *
 * <p>{@code cos} and {@code sin} are the whole rotary tables, {@code [positions, D/2]}; caches are
 * {@code [B, KV, S, D]} a layer.
 */
public final class DecoderScript {
  private final Architecture architecture;
  private final DecoderConfig config;
  private final Map<ParameterSpec, Integer> places = new HashMap<>();
  private final StringBuilder out = new StringBuilder();

  private DecoderScript(Architecture architecture) {
    this.architecture = architecture;
    this.config = architecture.config();
    List<ParameterSpec> parameters = architecture.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      places.put(parameters.get(i), i);
    }
  }

  /** The source of all methods of a decoder. */
  public static String of(Architecture architecture) {
    DecoderScript script = new DecoderScript(architecture);
    script.norm();
    script.rotate();
    script.mlp();
    script.heads();
    script.hidden();
    script.head();
    script.prefill();
    script.decode();
    return script.out
        + HeadScript.METHODS
        + TransferScript.METHODS
        + CacheScript.METHODS
        + SamplingScript.METHODS
        + OptimizerScript.METHODS;
  }

  private void norm() {
    line("  def norm(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:");
    line("    return torch.rms_norm(x, [%d], w, %s)", config.hiddenSize(), config.normEpsilon());
  }

  /**
   * Rotates the pairs (i, i + size/2) of every head: x is [B, H, T, D], the tables broadcast to [B,
   * H, T, D/2].
   */
  private void rotate() {
    line("  def rotate(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:");
    line("    a, b, = torch.chunk(x, 2, -1)");
    line("    y = torch.sub(torch.mul(a, cos), torch.mul(b, sin))");
    line("    z = torch.add(torch.mul(b, cos), torch.mul(a, sin))");
    line("    return torch.cat([y, z], -1)");
  }

  private void mlp() {
    line("  def gated(self: __torch__.M, gate: Tensor, up: Tensor) -> Tensor:");
    line("    return torch.mul(torch.silu(gate), up)");
  }

  /**
   * Splits [B, T, H * D] into heads, [B, H, T, D]; and repeats key and value heads for their query
   * heads.
   */
  private void heads() {
    line("  def split(self: __torch__.M, x: Tensor, n: int) -> Tensor:");
    line(
        "    return torch.transpose(torch.reshape(x, [torch.size(x, 0), torch.size(x, 1), n, %d]), 1, 2)",
        config.headSize());
    line("  def spread(self: __torch__.M, x: Tensor) -> Tensor:");
    int group = config.attentionHeads() / config.keyValueHeads();
    if (group == 1) {
      line("    return x");
    } else {
      // Repeated by expanding: sdpa's own grouped attention takes the slow path on CPUs.
      line("    b = torch.size(x, 0)");
      line("    t = torch.size(x, 2)");
      line(
          "    y = torch.expand(torch.unsqueeze(x, 2), [b, %d, %d, t, %d])",
          config.keyValueHeads(), group, config.headSize());
      line(
          "    return torch.reshape(y, [b, %d, t, %d])",
          config.attentionHeads(), config.headSize());
    }
  }

  private void hidden() {
    line(
        "  def hidden(self: __torch__.M, ids: Tensor, at: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor]) -> Tensor:");
    line("    t = torch.size(ids, 1)");
    line("    cos = torch.slice(cos, 0, 0, t)");
    line("    sin = torch.slice(sin, 0, 0, t)");
    embed();
    for (Block block : architecture.blocks()) {
      projections(block);
      attend("None", true);
      merge(block);
    }
    line("    h = torch.index_select(torch.reshape(x, [-1, %d]), 0, at)", config.hiddenSize());
    line("    return %s", norm("h", architecture.finalNorm()));
  }

  /**
   * Rotary tables and mask of rows padded on the left; padding sees itself, so that no row of
   * scores is empty.
   */
  private void positionsAndMask() {
    line("    columns = torch.arange(t, dtype=4, layout=None, device=ids.device)");
    line("    first = torch.unsqueeze(pads, 1)");
    line("    positions = torch.clamp(torch.sub(columns, first), 0)");
    line("    cos = torch.unsqueeze(torch.embedding(cos, positions), 1)");
    line("    sin = torch.unsqueeze(torch.embedding(sin, positions), 1)");
    line("    row = torch.unsqueeze(columns, 1)");
    line("    real = torch.unsqueeze(torch.ge(columns, first), 1)");
    line("    seen = torch.bitwise_and(real, torch.le(columns, row))");
    line("    mask = torch.unsqueeze(torch.bitwise_or(seen, torch.eq(columns, row)), 1)");
  }

  private void attend(String mask, boolean causal) {
    line("    k = (self).spread(k)");
    line("    v = (self).spread(v)");
    line(
        "    a = torch.scaled_dot_product_attention(q, k, v, %s, 0., %s)",
        mask, causal ? "True" : "False");
  }

  private void head() {
    line("  def head(self: __torch__.M, h: Tensor, p: List[Tensor]) -> Tensor:");
    line("    return %s", linear("h", architecture.head()));
  }

  private void prefill() {
    line(
        "  def prefill(self: __torch__.M, ids: Tensor, pads: Tensor, cos: Tensor, sin: Tensor, keys: List[Tensor], values: List[Tensor], p: List[Tensor]) -> Tensor:");
    line("    t = torch.size(ids, 1)");
    positionsAndMask();
    embed();
    for (int layer = 0; layer < config.layers(); layer++) {
      projections(architecture.blocks().get(layer));
      line("    _ = torch.copy_(torch.slice(keys[%d], 2, 0, t), k)", layer);
      line("    _ = torch.copy_(torch.slice(values[%d], 2, 0, t), v)", layer);
      attend("mask", false);
      merge(architecture.blocks().get(layer));
    }
    line("    h = %s", norm("torch.select(x, 1, -1)", architecture.finalNorm()));
    line("    return (self).head(h, p)");
  }

  /** One token a row: the query heads of a key head form a matrix, so that no key is repeated. */
  private void decode() {
    int group = config.attentionHeads() / config.keyValueHeads();
    line(
        "  def decode(self: __torch__.M, ids: Tensor, pads: Tensor, cos: Tensor, sin: Tensor, at: int, keys: List[Tensor], values: List[Tensor], p: List[Tensor]) -> Tensor:");
    line("    b = torch.size(ids, 0)");
    line("    end = torch.add(at, 1)");
    line("    columns = torch.arange(end, dtype=4, layout=None, device=ids.device)");
    line("    hidden = torch.lt(columns, torch.unsqueeze(pads, 1))");
    line("    mask = torch.reshape(hidden, [b, 1, 1, end])");
    line("    positions = torch.sub(at, pads)");
    line(
        "    cos = torch.reshape(torch.embedding(cos, positions), [b, 1, 1, %d])",
        config.headSize() / 2);
    line(
        "    sin = torch.reshape(torch.embedding(sin, positions), [b, 1, 1, %d])",
        config.headSize() / 2);
    line("    ids = torch.unsqueeze(ids, 1)");
    embed();
    for (int layer = 0; layer < config.layers(); layer++) {
      projections(architecture.blocks().get(layer));
      line("    _ = torch.copy_(torch.slice(keys[%d], 2, at, end), k)", layer);
      line("    _ = torch.copy_(torch.slice(values[%d], 2, at, end), v)", layer);
      line("    k = torch.slice(keys[%d], 2, 0, end)", layer);
      line("    v = torch.slice(values[%d], 2, 0, end)", layer);
      line(
          "    q = torch.reshape(torch.mul(q, %s), [b, %d, %d, %d])",
          1 / Math.sqrt(config.headSize()), config.keyValueHeads(), group, config.headSize());
      line("    s = torch.matmul(q, torch.transpose(k, 2, 3))");
      line("    s = torch.masked_fill_(s, mask, float(\"-inf\"))");
      line("    a = torch.matmul(torch.softmax(s, -1), v)");
      line("    a = torch.reshape(a, [b, %d, 1, %d])", config.attentionHeads(), config.headSize());
      merge(architecture.blocks().get(layer));
    }
    line("    h = %s", norm("torch.select(x, 1, 0)", architecture.finalNorm()));
    line("    return (self).head(h, p)");
  }

  private void embed() {
    line("    x = torch.embedding(%s, ids)", parameter(architecture.embedding()));
  }

  /** From the residual stream x to rotated queries and keys, and values. */
  private void projections(Block block) {
    line("    n = %s", norm("x", block.attentionNorm()));
    line("    q = (self).split(%s, %d)", linear("n", block.query()), config.attentionHeads());
    line("    k = (self).split(%s, %d)", linear("n", block.key()), config.keyValueHeads());
    line("    v = (self).split(%s, %d)", linear("n", block.value()), config.keyValueHeads());
    line("    q = (self).rotate(q, cos, sin)");
    line("    k = (self).rotate(k, cos, sin)");
  }

  /** From attention's result a, [B, H, T, D], through the MLP back to the residual stream x. */
  private void merge(Block block) {
    line("    a = torch.flatten(torch.transpose(a, 1, 2), 2)");
    line("    x = torch.add(x, %s)", linear("a", block.output()));
    line("    n = %s", norm("x", block.mlpNorm()));
    line("    m = (self).gated(%s, %s)", linear("n", block.gate()), linear("n", block.up()));
    line("    x = torch.add(x, %s)", linear("m", block.down()));
  }

  private String norm(String input, ParameterSpec weight) {
    return "(self).norm(%s, %s)".formatted(input, parameter(weight));
  }

  private String linear(String input, Linear linear) {
    String bias = linear.bias().map(b -> ", " + parameter(b)).orElse("");
    return "torch.linear(%s, %s%s)".formatted(input, parameter(linear.weight()), bias);
  }

  private String parameter(ParameterSpec parameter) {
    return "p[" + places.get(parameter) + "]";
  }

  private void line(String format, Object... arguments) {
    out.append(format.formatted(arguments)).append('\n');
  }
}
