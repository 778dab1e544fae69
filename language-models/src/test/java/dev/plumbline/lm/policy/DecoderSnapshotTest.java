package dev.plumbline.lm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.torch.ComputeDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoderSnapshotTest {
  private static final GoldenModel MODEL = new GoldenModel("llama-gqa-tied");
  private static final Batch BATCH = MODEL.batch();

  @TempDir private Path folder;

  @Test
  void aRestoredPolicyGoesOnBitForBit() throws IOException {
    String weights;
    String optimizer;
    double norm;
    try (DecoderPolicy policy = load()) {
      adamw(policy, 3);
      policy.snapshot(folder);
      String atSnapshot = policy.weightsHash();
      adamw(policy, 4);
      weights = policy.weightsHash();
      optimizer = policy.optimizerHash();
      norm = lastNorm;
      assertThat(weights).isNotEqualTo(atSnapshot).hasSize(64);
    }
    try (DecoderPolicy policy = load()) {
      String fresh = policy.optimizerHash();
      policy.restore(folder);
      assertThat(policy.optimizerHash()).isNotEqualTo(fresh);
      adamw(policy, 4);
      assertThat(policy.weightsHash()).isEqualTo(weights);
      assertThat(policy.optimizerHash()).isEqualTo(optimizer);
      assertThat(lastNorm).isEqualTo(norm);
    }
  }

  @Test
  void aPolicyGoesBackToItsOwnSnapshot() throws IOException {
    try (DecoderPolicy policy = load()) {
      String before = policy.weightsHash();
      String optimizerBefore = policy.optimizerHash();
      policy.snapshot(folder);
      adamw(policy, 2);
      accumulate(policy);
      assertThat(policy.optimizerHash()).isNotEqualTo(optimizerBefore);
      policy.restore(folder);
      assertThat(policy.weightsHash()).isEqualTo(before);
      assertThat(policy.optimizerHash()).isEqualTo(optimizerBefore);
      assertThat(policy.gradientNorm()).isZero();
    }
  }

  /** Nothing stays of a gradient that nobody asked for, nor of having asked too early. */
  @Test
  void aGradientIsForgottenUnseenAndFoundAfterAnEarlyQuestion() {
    try (DecoderPolicy policy = load();
        DecoderPolicy twin = load()) {
      assertThat(policy.gradientNorm()).isZero();
      accumulate(policy);
      accumulate(twin);
      twin.discardGradient();
      assertThat(twin.gradientNorm()).isZero();
      accumulate(twin);
      assertThat(policy.gradientNorm()).isPositive().isEqualTo(twin.gradientNorm());
    }
  }

  /** Plain descent has no state: the hash of the weights moves, that of the optimiser does not. */
  @Test
  void eachHashTellsOfItsOwnState() {
    try (DecoderPolicy policy = load();
        DecoderPolicy twin = load()) {
      assertThat(twin.weightsHash()).isEqualTo(policy.weightsHash());
      accumulate(policy);
      policy.update(new Update.Sgd(1e-3, 1));
      assertThat(policy.weightsHash()).isNotEqualTo(twin.weightsHash());
      assertThat(policy.optimizerHash()).isEqualTo(twin.optimizerHash());
      accumulate(policy);
      policy.update(new Update.AdamW(0, 1, 0.9, 0.999, 1e-8, 0));
      String once = policy.optimizerHash();
      assertThat(once).isNotEqualTo(twin.optimizerHash());
      policy.update(new Update.AdamW(0, 1, 1, 1, 1e-8, 0));
      assertThat(policy.optimizerHash()).isNotEqualTo(once);
    }
  }

  @Test
  void aSnapshotOfAnotherModelIsRefused() throws IOException {
    try (DecoderPolicy policy = load()) {
      policy.snapshot(folder);
    }
    try (DecoderPolicy other = DecoderPolicy.load(Golden.model("llama-mha"), ComputeDevice.CPU)) {
      String before = other.weightsHash();
      assertThatThrownBy(() -> other.restore(folder))
          .isInstanceOf(PlumblineException.class)
          .hasMessageContaining(folder + " is the snapshot of another model: its tensor ")
          .hasMessageNotContaining("\n");
      assertThat(other.weightsHash()).isEqualTo(before);
      Files.delete(folder.resolve("weights.safetensors"));
      assertThatThrownBy(() -> other.restore(folder))
          .isInstanceOf(PlumblineException.class)
          .hasMessageContaining("weights.safetensors");
    }
  }

  private double lastNorm;

  private static DecoderPolicy load() {
    return DecoderPolicy.load(MODEL.folder(), ComputeDevice.CPU);
  }

  private void adamw(DecoderPolicy policy, int steps) {
    for (int step = 0; step < steps; step++) {
      accumulate(policy);
      lastNorm = policy.gradientNorm();
      policy.update(new Update.AdamW(1e-2, 0.5, 0.9, 0.999, 1e-8, 0.1));
    }
  }

  private static void accumulate(DecoderPolicy policy) {
    try (Policy.Forward forward = policy.forward(BATCH, Set.of())) {
      forward.backward(TokenGradients.ofSums(BATCH, MODEL.coefficients()));
    }
  }
}
