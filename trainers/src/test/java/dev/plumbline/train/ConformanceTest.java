package dev.plumbline.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.train.run.Method;
import dev.plumbline.train.verify.Finding;
import dev.plumbline.train.verify.Variant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every loss of every method keeps its word. */
class ConformanceTest {

  @TestFactory
  Stream<DynamicTest> everyLossOfEveryMethod() {
    return Methods.all().stream().flatMap(ConformanceTest::tests);
  }

  private static <R> Stream<DynamicTest> tests(Method<R> method) {
    assertThat(method.variants()).as("what %s says of its losses", method.name()).isNotEmpty();
    return method.variants().stream()
        .map(
            variant ->
                DynamicTest.dynamicTest(
                    method.name() + " " + variant.name(), () -> check(variant)));
  }

  private static void check(Variant<?> variant) {
    for (long seed = 1; seed <= 3; seed++) {
      assertThat(variant.check(seed)).as("seed %d", seed).noneMatch(Finding::fails);
    }
  }
}
