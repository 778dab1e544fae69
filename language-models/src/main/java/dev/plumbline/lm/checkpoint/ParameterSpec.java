package dev.plumbline.lm.checkpoint;

public record ParameterSpec(String name, long[] shape, Role role) {
  public enum Role {
    EMBEDDING,
    MATRIX,
    NORM,
    BIAS
  }

  public boolean decays() {
    return role == Role.EMBEDDING || role == Role.MATRIX;
  }
}
