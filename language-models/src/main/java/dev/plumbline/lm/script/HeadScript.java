package dev.plumbline.lm.script;

/**
 * What happens on logits: log-probs and statistics of given targets, and the gradient of a loss in
 * the log-probs, written over the logits themselves. Rows are taken in blocks, so that nothing of
 * the logits' size exists beside them.
 */
final class HeadScript {
  /**
   * Logits handled at a time, in rows: a block of a few megabytes stays in the processor's cache.
   */
  private static final int BLOCK = 128;

  static final String METHODS =
      """
        def score(self: __torch__.M, z: Tensor, y: Tensor, entropy: bool, mean: bool, top1: bool, squares: bool) -> Tensor:
          n = torch.size(z, 0)
          out = torch.zeros([5, n], dtype=6, layout=None, device=z.device)
          blocks = torch.floordiv(torch.add(n, BLOCK - 1), BLOCK)
          for i in range(blocks):
            start = torch.mul(i, BLOCK)
            end = ops.prim.min(torch.add(start, BLOCK), n)
            b = torch.slice(z, 0, start, end)
            t = torch.slice(y, 0, start, end)
            lse = torch.logsumexp(b, [-1])
            l = torch.sub(torch.squeeze(torch.gather(b, -1, torch.unsqueeze(t, 1)), 1), lse)
            _ = torch.copy_(torch.slice(torch.select(out, 0, 0), 0, start, end), l)
            if entropy:
              e = torch.sub(lse, torch.sum(torch.mul(torch.softmax(b, -1), b), [-1]))
              _1 = torch.copy_(torch.slice(torch.select(out, 0, 1), 0, start, end), e)
            else:
              pass
            if mean:
              _2 = torch.copy_(torch.slice(torch.select(out, 0, 2), 0, start, end), torch.mean(b, [-1]))
            else:
              pass
            if top1:
              _3 = torch.copy_(torch.slice(torch.select(out, 0, 3), 0, start, end), torch.eq(torch.argmax(b, -1), t))
            else:
              pass
            if squares:
              s = torch.sub(torch.logsumexp(torch.mul(b, 2.), [-1]), torch.mul(lse, 2.))
              _4 = torch.copy_(torch.slice(torch.select(out, 0, 4), 0, start, end), s)
            else:
              pass
          return out
        def gradient(self: __torch__.M, z: Tensor, y: Tensor, c: Tensor) -> Tensor:
          n = torch.size(z, 0)
          blocks = torch.floordiv(torch.add(n, BLOCK - 1), BLOCK)
          for i in range(blocks):
            start = torch.mul(i, BLOCK)
            end = ops.prim.min(torch.add(start, BLOCK), n)
            b = torch.slice(z, 0, start, end)
            t = torch.unsqueeze(torch.slice(y, 0, start, end), 1)
            d = torch.unsqueeze(torch.slice(c, 0, start, end), 1)
            lse = torch.logsumexp(b, [-1], True)
            _ = torch.mul_(torch.exp_(torch.sub_(b, lse)), torch.neg(d))
            _1 = torch.scatter_add_(b, 1, t, d)
          return z
      """
          .replace("BLOCK - 1", String.valueOf(BLOCK - 1))
          .replace("BLOCK", String.valueOf(BLOCK));

  private HeadScript() {}
}
