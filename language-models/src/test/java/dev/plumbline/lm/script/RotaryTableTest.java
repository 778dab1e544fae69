package dev.plumbline.lm.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.checkpoint.RopeScaling;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frequencies as modeling_rope_utils of transformers 5.23.0 gives them, at scales of real models.
 */
class RotaryTableTest {
  private static final double RELATIVE = 1e-6;

  static Stream<Arguments> scalings() {
    return Stream.of(
        Arguments.of(
            new RopeScaling.Llama3(500_000, 8, 1, 4, 8192),
            128,
            1.0,
            Map.of(
                0, 1.0,
                16, 0.03760603070259094,
                32, 0.0005248460220173001,
                40, 3.428102354519069e-05,
                63, 3.068925877869333e-07)),
        Arguments.of(
            new RopeScaling.Yarn(1e6, 4, 1.138629436111989, 32, 1, 32_768, true),
            128,
            1.138629436111989,
            Map.of(
                0, 1.0,
                16, 0.03162277862429619,
                32, 0.0006029411451891065,
                40, 4.4456985051510856e-05,
                63, 3.102344408034696e-07)),
        Arguments.of(
            new RopeScaling.Yarn(150_000, 32, 1.3465735902799727, 32, 1, 4096, false),
            64,
            1.3465735902799727,
            Map.of(
                8, 0.05081327259540558,
                16, 0.0004564839182421565,
                20, 1.818833698052913e-05,
                31, 3.023511396804679e-07)),
        // A ramp whose ends meet.
        Arguments.of(
            new RopeScaling.Yarn(1e6, 2, 1, 32, 1, 4, true),
            8,
            1.0,
            Map.of(0, 1.0, 1, 0.015811389312148094, 3, 1.581138712936081e-05)),
        Arguments.of(
            new RopeScaling.Linear(10_000, 3),
            64,
            1.0,
            Map.of(0, 0.3333333432674408, 16, 0.003333333181217313, 31, 4.4450716814026237e-05)));
  }

  @ParameterizedTest
  @MethodSource("scalings")
  void frequenciesAreThoseOfTransformers(
      RopeScaling scaling, int headSize, double factor, Map<Integer, Double> frequencies) {
    RotaryTable table = new RotaryTable(scaling, headSize);
    float[] cosines = table.cosines(4);
    float[] sines = table.sines(4);
    int pairs = headSize / 2;
    frequencies.forEach(
        (pair, frequency) -> {
          for (int position = 0; position < 4; position++) {
            double angle = position * frequency;
            int at = position * pairs + pair;
            assertThat((double) cosines[at])
                .isCloseTo(factor * Math.cos(angle), within(factor * RELATIVE));
            double sine = factor * Math.sin(angle);
            assertThat((double) sines[at])
                .isCloseTo(sine, within(Math.abs(sine) * 4 * RELATIVE + 1e-15));
          }
        });
  }
}
