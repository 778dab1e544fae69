package dev.plumbline.lm.script;

/** What happens to caches without arithmetic: spreading over samples, dropping finished rows. */
final class CacheScript {
  static final String METHODS =
      """
        def repeat(self: __torch__.M, source: List[Tensor], target: List[Tensor], samples: int) -> None:
          for i in range(torch.len(source)):
            t = torch.size(source[i], 2)
            _ = torch.copy_(torch.slice(target[i], 2, 0, t), torch.repeat_interleave(source[i], samples, 0))
        def rows(self: __torch__.M, source: Tensor, rows: Tensor) -> Tensor:
          return torch.index_select(source, 0, rows)
      """;

  private CacheScript() {}
}
