package dev.plumbline.lm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.testing.Golden;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightAverageTest {
  private static final Path MODEL = Golden.model("llama-gqa-tied");

  @TempDir private Path folder;

  /** A model of the same shape with other weights. */
  private Path other() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    try (ModelFolder model = ModelFolder.open(MODEL)) {
      RandomModel.write(model.config(), model.generation(), 7, other);
    }
    return other;
  }

  private static float[] values(ModelFolder model, ParameterSpec parameter) {
    float[] all = new float[(int) parameter.elements()];
    model
        .values(parameter)
        .forEachPiece(
            (at, piece) -> {
              FloatBuffer floats = piece.asFloatBuffer();
              floats.get(all, (int) at, floats.remaining());
            });
    return all;
  }

  @Test
  void everyWeightIsTheWeightedMean() throws IOException {
    Path other = other();
    Path soup = folder.resolve("soup");
    WeightAverage.write(soup, List.of(MODEL, other), List.of(0.25, 0.75));
    try (ModelFolder one = ModelFolder.open(MODEL);
        ModelFolder two = ModelFolder.open(other);
        ModelFolder mean = ModelFolder.open(soup)) {
      for (ParameterSpec parameter : one.architecture().parameters()) {
        float[] a = values(one, parameter);
        float[] b = values(two, parameter);
        float[] found = values(mean, parameter);
        for (int i = 0; i < found.length; i++) {
          assertThat(found[i])
              .as("%s %d", parameter.name(), i)
              .isEqualTo((float) (0.25 * (double) a[i] + 0.75 * (double) b[i]));
        }
      }
    }
  }

  @Test
  void theMeanOfAModelWithItselfIsTheModel() {
    Path soup = folder.resolve("soup");
    WeightAverage.write(soup, List.of(MODEL, MODEL), List.of(0.5, 0.5));
    try (ModelFolder one = ModelFolder.open(MODEL);
        ModelFolder mean = ModelFolder.open(soup)) {
      for (ParameterSpec parameter : one.architecture().parameters()) {
        assertThat(values(mean, parameter)).containsExactly(values(one, parameter));
      }
    }
  }

  @Test
  void modelsOfTwoArchitecturesAreRefused() {
    Path other = Golden.model("llama-mha");
    Path soup = folder.resolve("soup");
    assertThatThrownBy(() -> WeightAverage.write(soup, List.of(MODEL, other), List.of(0.5, 0.5)))
        .isExactlyInstanceOf(PlumblineException.class)
        .hasMessage(
            "%s is of another architecture than %s; only weights of one architecture can be averaged",
            other, MODEL);
    assertThat(soup).doesNotExist();
  }
}
