package dev.plumbline.lm.script;

/**
 * What happens to caches without arithmetic. {@code resize} takes rows of caches {@code [B * heads,
 * S, D]}, each as often as it is named, and adds room for more columns: so it spreads prompts over
 * samples, drops finished rows, and keeps what attention reads close together.
 */
final class CacheScript {
  static final String METHODS =
      """
        def resize(self: __torch__.M, caches: List[Tensor], rows: Tensor, heads: int, room: int) -> List[Tensor]:
          resized = annotate(List[Tensor], [])
          for i in range(torch.len(caches)):
            old = caches[i]
            split = torch.reshape(old, [-1, heads, torch.size(old, 1), torch.size(old, 2)])
            kept = torch.flatten(torch.index_select(split, 0, rows), 0, 1)
            _ = torch.append(resized, torch.constant_pad_nd(kept, [0, 0, 0, room]))
          return resized
        def rows(self: __torch__.M, source: Tensor, rows: Tensor) -> Tensor:
          return torch.index_select(source, 0, rows)
      """;

  private CacheScript() {}
}
