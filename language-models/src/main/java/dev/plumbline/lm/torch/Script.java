package dev.plumbline.lm.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.plumbline.lm.PlumblineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A set of TorchScript methods, compiled from source text that was written in Java. */
public final class Script implements AutoCloseable {
  private static final String METHOD = "module_method:";
  private static final String LIST = "p[]";

  private final PtSymbolBlock block;

  /**
   * Compiles methods.
   *
   * @param manager owner of the compiled module
   * @param methods source in the dialect of serialised TorchScript, each {@code def name(self:
   *     __torch__.M, ...)} indented by two
   */
  public Script(NDManager manager, String methods) {
    Torch.prepareThread();
    try {
      block =
          JniUtils.loadModule(
              (PtNDManager) manager,
              new ByteArrayInputStream(ScriptArchive.of(methods)),
              true,
              false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Calls a method that autograd may follow (when {@link GradientMode} is on). Results belong to
   * the manager of the first tensor, so that must be a tensor of the step, never a parameter.
   *
   * @param tensors the method's tensor arguments, in order
   * @param parameters its last argument, a list of tensors; none if empty
   */
  public NDArray call(String method, NDList tensors, List<NDArray> parameters) {
    Torch.prepareThread();
    NDList inputs = new NDList(tensors);
    for (NDArray parameter : parameters) {
      parameter.setName(LIST);
      inputs.add(parameter);
    }
    try (NDArray name = tensors.get(0).getManager().create(0)) {
      name.setName(METHOD + method);
      inputs.add(name);
      return IValueUtils.forward(block, inputs, true).get(0);
    } catch (EngineException failure) {
      throw explained(failure);
    }
  }

  /**
   * Calls a method without gradient.
   *
   * @param manager owner of the result
   * @param arguments tensors, lists of tensors, Double, Long, Integer or Boolean, in the method's
   *     order
   * @return the tensor, the tensors of a tuple, or nothing
   */
  public NDList run(NDManager manager, String method, Object... arguments) {
    Torch.prepareThread();
    List<IValue> values = new ArrayList<>(arguments.length);
    try {
      for (Object argument : arguments) {
        values.add(value(argument));
      }
      try (IValue result = IValueUtils.runMethod(block, method, values.toArray(new IValue[0]))) {
        return result.isTensor() || result.isTuple() || result.isList() || result.isTensorList()
            ? result.toNDList((PtNDManager) manager)
            : new NDList();
      }
    } catch (EngineException failure) {
      throw explained(failure);
    } finally {
      values.forEach(IValue::close);
    }
  }

  /** The engine's own message, unless the user can do something about it. */
  private static RuntimeException explained(EngineException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("out of memory") || message.contains("can't allocate memory")
        ? new PlumblineException(
            "the device's memory is full; use smaller batches or shorter rows", failure)
        : failure;
  }

  private static IValue value(Object argument) {
    if (argument instanceof PtNDArray tensor) {
      return IValue.from(tensor);
    } else if (argument instanceof List<?> list) {
      return IValue.listFrom(list.toArray(new PtNDArray[0]));
    } else if (argument instanceof Double number) {
      return IValue.from(number.doubleValue());
    } else if (argument instanceof Integer number) {
      return IValue.from(number.longValue());
    } else if (argument instanceof Long number) {
      return IValue.from(number.longValue());
    } else if (argument instanceof Boolean flag) {
      return IValue.from(flag.booleanValue());
    }
    throw new IllegalArgumentException("a script cannot take " + argument.getClass());
  }

  @Override
  public void close() {
    block.close();
  }
}
