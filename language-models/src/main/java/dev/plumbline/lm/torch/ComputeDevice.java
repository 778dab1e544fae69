package dev.plumbline.lm.torch;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a model runs: {@code cpu}, {@code cuda} or {@code cuda:n}. The only way to name a device.
 *
 * @param cudaIndex number of the GPU, or empty for the CPU
 */
public record ComputeDevice(Optional<Integer> cudaIndex) {
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  /** The CPU. */
  public static final ComputeDevice CPU = new ComputeDevice(Optional.empty());

  /**
   * Reads the option's value.
   *
   * @throws IllegalArgumentException if it is neither {@code cpu}, {@code cuda} nor {@code cuda:n}
   */
  public static ComputeDevice parse(String text) {
    if (text.equals("cpu")) {
      return CPU;
    }
    Matcher cuda = CUDA.matcher(text);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "device is '" + text + "'; expected cpu, cuda or cuda:n (n the number of the GPU)");
    }
    return new ComputeDevice(
        Optional.of(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1))));
  }

  /** Whether this is a GPU. */
  public boolean isCuda() {
    return cudaIndex.isPresent();
  }

  @Override
  public String toString() {
    return cudaIndex.map(index -> "cuda:" + index).orElse("cpu");
  }
}
