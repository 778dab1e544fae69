package dev.plumbline.train;

import dev.plumbline.lm.UsageException;
import dev.plumbline.train.dpo.DpoMethod;
import dev.plumbline.train.kto.KtoMethod;
import dev.plumbline.train.modpo.ModpoMethod;
import dev.plumbline.train.orpo.OrpoMethod;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.sft.SftMethod;
import java.util.List;
import java.util.stream.Collectors;

/** The methods that users can name, a line each. */
public final class Methods {
  private static final List<Method<?>> ALL =
      List.of(
          new SftMethod(), //
          new DpoMethod(), //
          new ModpoMethod(), //
          new KtoMethod(), //
          new OrpoMethod());

  private Methods() {}

  /** All methods, in the order in which they are shown. */
  public static List<Method<?>> all() {
    return ALL;
  }

  /**
   * The method of a name.
   *
   * @throws UsageException if there is none; the message lists them
   */
  public static Method<?> named(String name) {
    return ALL.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "no method is called %s; there are %s"
                        .formatted(
                            name,
                            ALL.stream().map(Method::name).collect(Collectors.joining(", ")))));
  }
}
