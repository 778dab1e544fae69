package dev.plumbline.lm.script;

/** Values of a tensor from a place on, row by row: overwriting them, and looking at them. */
final class TransferScript {
  static final String METHODS =
      """
        def fill(self: __torch__.M, target: Tensor, at: int, source: Tensor) -> None:
          end = torch.add(at, torch.size(source, 0))
          _ = torch.copy_(torch.slice(torch.view(target, [-1]), 0, at, end), source)
        def piece(self: __torch__.M, source: Tensor, at: int, end: int) -> Tensor:
          return torch.slice(torch.view(source, [-1]), 0, at, end)
      """;

  private TransferScript() {}
}
