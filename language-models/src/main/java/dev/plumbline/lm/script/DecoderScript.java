package dev.plumbline.lm.script;

import dev.plumbline.lm.checkpoint.Architecture;
import dev.plumbline.lm.checkpoint.Architecture.Block;
import dev.plumbline.lm.checkpoint.Architecture.Linear;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * TorchScript source of a decoder, written from its description. The layers are unrolled and every
 * parameter is addressed by its place in the list of {@link Architecture#parameters()}.
 *
 * <p>Methods, with B rows, T tokens a row, N chosen positions, V words:
 *
 * <ul>
 *   <li>{@code hidden(ids [B,T], at [N], cos, sin, p) -> [N, hidden]}: the last hidden states at
 *       flat positions {@code row * T + t}, rows padded on the right (causal attention alone keeps
 *       padding away from what is real)
 *   <li>{@code head(h [N, hidden], p) -> [N, V]}: logits
 *   <li>{@code prefill(ids, pads [B], cos, sin, keys, values, p) -> [B, V]}: rows padded on the
 *       left; fills caches {@code [B * KV, T, D]} a layer; logits after the last column
 * </ul>
 *
 * <p>{@code cos} and {@code sin} are the whole rotary tables, {@code [positions, D/2]}. What
 * happens after the prompt is {@link DecodeScript}'s.
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
    return script.out
        + DecodeScript.of(architecture, script::parameter)
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
      line("    _ = torch.copy_(keys[%d], torch.flatten(k, 0, 1))", layer);
      line("    _ = torch.copy_(values[%d], torch.flatten(v, 0, 1))", layer);
      attend("mask", false);
      merge(architecture.blocks().get(layer));
    }
    line("    h = %s", norm("torch.select(x, 1, -1)", architecture.finalNorm()));
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

  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... arguments) {
    out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
