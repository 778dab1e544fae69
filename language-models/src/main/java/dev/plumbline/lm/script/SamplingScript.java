package dev.plumbline.lm.script;

/**
 * From next-token logits to a token: the filters of transformers in its order (temperature, top-k
 * with ties kept, top-p with the crossing token kept), then the inverse of the distribution
 * function at a given uniform number, so that one number decides a token whatever else is in the
 * batch.
 */
final class SamplingScript {
  static final String METHODS =
      """
        def filter(self: __torch__.M, z: Tensor, temperature: float, k: int, top: float) -> Tensor:
          s = torch.div(z, temperature)
          if torch.gt(k, 0):
            kept = ops.prim.min(k, torch.size(s, 1))
            best, _ = torch.topk(s, kept)
            s = torch.masked_fill(s, torch.lt(s, torch.slice(best, 1, torch.sub(kept, 1), kept)), float("-inf"))
          else:
            pass
          if torch.lt(top, 1.):
            ordered, order = torch.sort(s, -1, False)
            below = torch.le(torch.cumsum(torch.softmax(ordered, -1), -1), torch.sub(1., top))
            last = torch.sub(torch.size(s, 1), 1)
            _1 = torch.fill_(torch.slice(below, 1, last, torch.add(last, 1)), False)
            s = torch.masked_fill(s, torch.scatter(below, 1, order, below), float("-inf"))
          else:
            pass
          return s
        def pick(self: __torch__.M, z: Tensor, u: Tensor, temperature: float, k: int, top: float) -> Tuple[Tensor, Tensor]:
          if torch.eq(temperature, 0.):
            y = torch.argmax(z, -1)
          else:
            s = (self).filter(z, temperature, k, top)
            c = torch.cumsum(torch.softmax(s, -1), -1, dtype=7)
            last = torch.sub(torch.size(z, 1), 1)
            total = torch.slice(c, 1, last, torch.add(last, 1))
            y = torch.squeeze(torch.searchsorted(c, torch.mul(total, torch.unsqueeze(u, 1)), right=True), 1)
            y = torch.clamp(y, None, last)
          l = torch.squeeze(torch.gather(torch.log_softmax(z, -1), -1, torch.unsqueeze(y, 1)), 1)
          return (y, l)
      """;

  private SamplingScript() {}
}
