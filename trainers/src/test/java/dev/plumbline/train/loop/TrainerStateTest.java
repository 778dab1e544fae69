package dev.plumbline.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerStateTest {
  @TempDir Path folder;

  /** Every field, with numbers whose last bit matters. */
  @Test
  void readsBackExactlyWhatItWrote() throws IOException {
    TrainerState state = new TrainerState();
    state.step = 12;
    state.tokens = 1L << 40;
    state.pendingSteps = 2;
    state.pendingLoss = 0.1 + 0.2;
    state.pending.add("loss", 1.0 / 3, 3).add("entropy", Math.PI, 0.7);
    state.bestStep = 8;
    state.bestLoss = Math.nextUp(0.5);
    state.evaluationsSinceBest = 1;
    state.initialLogProbs = new double[] {-1.0 / 3, -1e-17};
    state.metricsBytes = 4567;
    Path file = folder.resolve("a.json");
    Path again = folder.resolve("b.json");
    state.write(file);
    TrainerState read = TrainerState.read(file);
    read.write(again);
    assertThat(again).hasSameTextualContentAs(file);
    assertThat(read.step).isEqualTo(12);
    assertThat(read.tokens).isEqualTo(1L << 40);
    assertThat(read.pendingSteps).isEqualTo(2);
    assertThat(read.pendingLoss).isEqualTo(state.pendingLoss);
    assertThat(read.pending.means()).isEqualTo(state.pending.means());
    assertThat(read.bestStep).isEqualTo(8);
    assertThat(read.bestLoss).isEqualTo(state.bestLoss);
    assertThat(read.evaluationsSinceBest).isEqualTo(1);
    assertThat(read.initialLogProbs).containsExactly(state.initialLogProbs);
    assertThat(read.metricsBytes).isEqualTo(4567);
  }

  @Test
  void beforeTheFirstEvaluationAnyLossIsBetter() throws IOException {
    Path file = folder.resolve("a.json");
    new TrainerState().write(file);
    assertThat(TrainerState.read(file).bestLoss).isEqualTo(Double.POSITIVE_INFINITY);
  }
}
