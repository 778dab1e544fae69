package dev.plumbline.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.verify.Finding;
import dev.plumbline.train.verify.Variant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every loss of every method keeps its word. A method that says nothing of its losses fails: its
 * {@link Method#variants} are all that this test wants of it.
 */
class ConformanceTest {
  private static DecoderPolicy decoder;

  @BeforeAll
  static void load() {
    decoder = DecoderPolicy.load(Golden.model("llama-gqa-tied"), ComputeDevice.CPU);
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  static Stream<Arguments> losses() {
    return Methods.all().stream().flatMap(ConformanceTest::losses);
  }

  private static <R> Stream<Arguments> losses(Method<R> method) {
    return method.variants().stream()
        .map(variant -> Arguments.of(method.name(), variant.name(), variant));
  }

  static Stream<Method<?>> methods() {
    return Methods.all().stream();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethodSaysSomething(Method<?> method) {
    assertThat(method.variants()).as(method.name()).isNotEmpty();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("losses")
  void everyLossKeepsItsWord(String method, String name, Variant<?> variant) {
    for (long seed = 1; seed <= 2; seed++) {
      assertThat(variant.check(seed)).as("seed %d", seed).noneMatch(Finding::fails);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("losses")
  void paddingChangesNothing(String method, String name, Variant<?> variant) {
    assertThat(variant.checkPadding(decoder, 1)).matches(finding -> !finding.fails());
  }
}
