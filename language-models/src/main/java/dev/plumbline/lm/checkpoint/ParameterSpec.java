package dev.plumbline.lm.checkpoint;

import java.util.List;

/**
 * A parameter as files know it.
 *
 * @param name its name in transformers
 * @param shape its sizes, outermost first
 * @param role what it does
 */
public record ParameterSpec(String name, List<Long> shape, Role role) {
  public ParameterSpec {
    shape = List.copyOf(shape);
  }

  /** What a parameter does: decides how it starts and whether it decays. */
  public enum Role {
    EMBEDDING,
    MATRIX,
    NORM,
    BIAS
  }

  /** Number of values. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Whether weight decay applies: to matrices and embeddings, never to norms and biases. */
  public boolean decays() {
    return role == Role.EMBEDDING || role == Role.MATRIX;
  }
}
