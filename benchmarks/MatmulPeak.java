import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Locale;

/**
 * The machine's float32 matrix product at its best, in GFLOP/s, with as many threads as {@code
 * OMP_NUM_THREADS} says: what a training step's rate is a share of. A product of two n by n
 * matrices counts 2 n^3 operations. Prints the best median over several n.
 */
public final class MatmulPeak {
  private static final int ROUNDS = 15;

  private MatmulPeak() {}

  public static void main(String[] arguments) {
    double best = 0;
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int size : new int[] {512, 1024, 2048}) {
        NDArray left = manager.randomNormal(0, 1, new Shape(size, size), DataType.FLOAT32);
        NDArray right = manager.randomNormal(0, 1, new Shape(size, size), DataType.FLOAT32);
        double[] rates = new double[ROUNDS];
        for (int round = -3; round < ROUNDS; round++) {
          long start = System.nanoTime();
          try (NDArray product = left.matMul(right)) {
            product.getFloat(0, 0);
          }
          if (round >= 0) {
            rates[round] = 2.0 * size * size * size / (System.nanoTime() - start);
          }
        }
        Arrays.sort(rates);
        System.out.printf(
            Locale.ROOT, "%d x %d: median %.0f GFLOP/s%n", size, size, rates[ROUNDS / 2]);
        best = Math.max(best, rates[ROUNDS / 2]);
      }
    }
    System.out.printf(Locale.ROOT, "matmul peak: %.0f GFLOP/s%n", best);
  }
}
