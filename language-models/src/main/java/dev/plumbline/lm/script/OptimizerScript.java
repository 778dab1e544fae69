package dev.plumbline.lm.script;

/**
 * The global gradient norm, PyTorch's fused AdamW, plain gradient descent and zeroing, over lists
 * of tensors.
 */
final class OptimizerScript {
  static final String METHODS =
      """
        def norms(self: __torch__.M, g: List[Tensor]) -> Tensor:
          return torch.stack(torch._foreach_norm(g, 2))
        def scale(self: __torch__.M, g: List[Tensor], c: float) -> None:
          torch._foreach_mul_(g, c)
        def adamw(self: __torch__.M, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], n: List[Tensor], lr: float, b1: float, b2: float, decay: float, eps: float) -> None:
          torch._foreach_add_(n, 1)
          torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), n, lr=lr, beta1=b1, beta2=b2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
        def sgd(self: __torch__.M, p: List[Tensor], g: List[Tensor], lr: float) -> None:
          torch._foreach_add_(p, g, alpha=torch.neg(lr))
        def blend(self: __torch__.M, p: List[Tensor], q: List[Tensor], keep: float, share: float) -> None:
          torch._foreach_mul_(p, keep)
          torch._foreach_add_(p, q, alpha=share)
        def zero(self: __torch__.M, g: List[Tensor]) -> None:
          torch._foreach_zero_(g)
      """;

  private OptimizerScript() {}
}
