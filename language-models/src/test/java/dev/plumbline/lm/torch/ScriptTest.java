package dev.plumbline.lm.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.testing.Memory;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScriptTest {
  private static final String METHODS =
      """
        def product(self: __torch__.M, x: Tensor, p: List[Tensor]) -> Tensor:
          h = torch.mm(x, p[0])
          h = torch.mul(torch.sigmoid(h), h)
          return torch.mm(h, p[1])
        def both(self: __torch__.M, x: Tensor, c: float, n: int, negate: bool, p: List[Tensor]) -> Tuple[Tensor, Tensor]:
          y = torch.add(torch.mul(x, c), n)
          if negate:
            y = torch.neg(y)
          else:
            pass
          return (y, p[0])
        def vast(self: __torch__.M, n: int) -> Tensor:
          return torch.zeros([n, n], dtype=6, layout=None, device=torch.device("cpu"))
      """;

  private NDManager manager;
  private Script script;
  private List<NDArray> parameters;

  @BeforeEach
  void load() {
    manager = Torch.manager(ComputeDevice.parse("cpu"));
    script = new Script(manager, METHODS);
    parameters = List.of(parameter(new Shape(8, 512)), parameter(new Shape(512, 8)));
  }

  @AfterEach
  void close() {
    script.close();
    manager.close();
  }

  @Test
  void runTakesNumbersFlagsAndListsAndGivesATuple() {
    NDArray x = manager.create(new float[] {1, 2});
    NDList results = script.run(manager, "both", x, 2.0, 3, true, List.of(x));
    assertThat(results.get(0).toFloatArray()).containsExactly(-5, -7);
    assertThat(results.get(1).toFloatArray()).containsExactly(1, 2);
    assertThatThrownBy(() -> script.run(manager, "both", "text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String");
  }

  /**
   * With the engine's optimiser of scripts, calls without gradient would build graphs after a few
   * with.
   */
  @Test
  void callsWithoutGradientBuildNoGraphHoweverMany() {
    for (int call = 0; call < 50; call++) {
      try (GradientMode on = GradientMode.on()) {
        assertThat(buildsGraph()).as("call %d", call).isTrue();
      }
      try (NDManager step = manager.newSubManager()) {
        assertThat(hasGraph(product(step))).as("call %d", call).isFalse();
      }
    }
  }

  @Test
  void gradientsFlowToParametersAndAddUp() {
    for (int pass = 1; pass <= 2; pass++) {
      try (NDManager step = manager.newSubManager()) {
        NDArray y;
        try (GradientMode on = GradientMode.on()) {
          y = product(step);
        }
        Torch.backward(y, step.ones(y.getShape()));
        NDArray gradient = Torch.gradient(parameters.get(1), step);
        // d sum(a B) / d B[i][j] is the sum of column i of a.
        float column = activations(step).sum(new int[] {0}).getFloat(0);
        assertThat(gradient.getFloat(0, 0)).isCloseTo(pass * column, within(1e-4f));
      }
    }
  }

  @Test
  void gradientModeIsOfOneThread() throws Exception {
    try (GradientMode on = GradientMode.on()) {
      assertThat(elsewhere(this::buildsGraph)).isFalse();
      assertThat(buildsGraph()).isTrue();
      assertThat(elsewhere(this::buildsGraph)).isFalse();
    }
    assertThat(buildsGraph()).isFalse();
    assertThat(
            elsewhere(
                () -> {
                  try (GradientMode on = GradientMode.on()) {
                    return buildsGraph();
                  }
                }))
        .isTrue();
    assertThat(buildsGraph()).isFalse();
  }

  @Test
  void gradientModeEndsWithAnError() {
    assertThatThrownBy(
            () -> {
              try (GradientMode on = GradientMode.on()) {
                throw new IllegalStateException("inside");
              }
            })
        .hasMessage("inside");
    assertThat(buildsGraph()).isFalse();
  }

  /** 400 steps of 4 MiB each: kept, they would take 1.6 GiB. */
  @Test
  void aStepsMemoryIsFreed() {
    steps(40);
    int tensors = manager.getManagedArrays().size();
    long before = Memory.residentMiB();
    steps(400);
    assertThat(manager.getManagedArrays()).hasSize(tensors);
    assertThat(Memory.residentMiB() - before).isLessThan(200);
  }

  @Test
  void anErrorCarriesTorchsMessage() {
    NDArray narrow = manager.ones(new Shape(3, 5));
    assertThatThrownBy(() -> script.run(manager, "product", narrow, parameters))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("mat1 and mat2 shapes cannot be multiplied (3x5 and 8x512)");
    assertThatThrownBy(() -> script.call("product", new NDList(narrow), parameters))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("mat1 and mat2 shapes cannot be multiplied (3x5 and 8x512)");
    assertThatThrownBy(() -> script.run(manager, "nothing", narrow))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("nothing");
    assertThat(product(manager).getShape()).isEqualTo(new Shape(256, 8));
  }

  @Test
  void fullMemoryIsAnErrorThatSaysWhatToDo() {
    assertThatThrownBy(() -> script.run(manager, "vast", 1 << 24))
        .isInstanceOf(PlumblineException.class)
        .hasMessage("the device's memory is full; use smaller batches or shorter rows");
  }

  @Test
  void sourceThatDoesNotCompileIsAnError() {
    assertThatThrownBy(
            () ->
                new Script(
                    manager,
                    "  def f(self: __torch__.M, x: Tensor) -> Tensor:\n    return torch.no_such_operator(x)\n"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no_such_operator");
  }

  @Test
  void aClosedScriptRefusesCallsAndClosesTwice() {
    Script other = new Script(manager, METHODS);
    other.close();
    other.close();
    assertThatThrownBy(() -> other.run(manager, "vast", 1))
        .isInstanceOf(IllegalStateException.class);
  }

  private void steps(int count) {
    for (int i = 0; i < count; i++) {
      try (NDManager step = manager.newSubManager()) {
        NDArray y;
        try (GradientMode on = GradientMode.on()) {
          y = product(step);
        }
        step.zeros(new Shape(1 << 20));
        Torch.backward(y, step.ones(y.getShape()));
        Torch.gradient(parameters.get(0), step);
      }
    }
  }

  private NDArray product(NDManager step) {
    return script.call("product", new NDList(step.ones(new Shape(256, 8))), parameters);
  }

  private NDArray activations(NDManager step) {
    NDArray x = step.ones(new Shape(256, 8)).matMul(parameters.get(0));
    return x.mul(x.neg().exp().add(1).pow(-1));
  }

  private boolean buildsGraph() {
    try (NDManager step = manager.newSubManager()) {
      return hasGraph(product(step));
    }
  }

  private static boolean hasGraph(NDArray y) {
    try {
      Torch.backward(y, y.getManager().ones(y.getShape()));
      return true;
    } catch (EngineException failure) {
      assertThat(failure).hasMessageContaining("does not require grad");
      return false;
    }
  }

  private NDArray parameter(Shape shape) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i) / 10;
    }
    NDArray parameter = manager.create(values, shape).duplicate();
    parameter.setRequiresGradient(true);
    return parameter;
  }

  private static boolean elsewhere(Callable<Boolean> question) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      return thread.submit(question).get();
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    } finally {
      thread.shutdown();
    }
  }
}
