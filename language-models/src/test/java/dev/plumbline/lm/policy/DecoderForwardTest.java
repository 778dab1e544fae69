package dev.plumbline.lm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import dev.plumbline.lm.decoder.Decoder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderForwardTest {
  private static final double LOGPS = 1e-5;
  private static final double GRADIENTS = 2e-5;

  private final GoldenModel golden = new GoldenModel("llama-gqa-tied");
  private final Batch batch = golden.batch();

  /** A head that runs over the logits of one token, of three, and of all but one at a time. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 21})
  void aHeadInChunksGivesTheSame(int positions) {
    Set<TokenStatistic> all = EnumSet.allOf(TokenStatistic.class);
    try (Decoder decoder = golden.load()) {
      LogProbs whole;
      try (DecoderForward forward = new DecoderForward(decoder, batch, all, true)) {
        whole = forward.logProbs();
        forward.backward(TokenGradients.ofSums(batch, golden.coefficients()));
      }
      List<float[]> gradients = takeGradients(decoder);
      try (DecoderForward forward =
          new DecoderForward(decoder, batch, all, true, (long) positions * golden.words())) {
        for (int i = 0; i < batch.size(); i++) {
          assertThat(forward.logProbs().tokens(i)).containsExactly(whole.tokens(i), within(LOGPS));
          for (TokenStatistic statistic : all) {
            assertThat(forward.logProbs().statistic(statistic, i))
                .containsExactly(whole.statistic(statistic, i), within(LOGPS));
          }
        }
        forward.backward(TokenGradients.ofSums(batch, golden.coefficients()));
      }
      assertSame(takeGradients(decoder), gradients);
    }
  }

  /** Each row in a batch of its own, last first, is padded differently. */
  @Test
  void orderPaddingAndSplittingOfABatchDoNotMatter() {
    try (Decoder decoder = golden.load()) {
      LogProbs together;
      try (DecoderForward forward = new DecoderForward(decoder, batch, Set.of(), true)) {
        together = forward.logProbs();
        forward.backward(TokenGradients.ofSums(batch, golden.coefficients()));
      }
      List<float[]> gradients = takeGradients(decoder);
      for (int i = batch.size() - 1; i >= 0; i--) {
        Batch alone = new Batch(List.of(batch.items().get(i)));
        try (DecoderForward forward = new DecoderForward(decoder, alone, Set.of(), true)) {
          assertThat(forward.logProbs().tokens(0))
              .containsExactly(together.tokens(i), within(LOGPS));
          forward.backward(TokenGradients.ofSums(alone, new double[] {golden.coefficients()[i]}));
        }
      }
      assertSame(takeGradients(decoder), gradients);
    }
  }

  /** One kind of parameter at a time is moved along its own gradient. */
  @ParameterizedTest
  @ValueSource(strings = {"llama-bias", "llama-gqa-tied", "llama-yarn"})
  void gradientsAreSlopes(String name) {
    GoldenModel model = new GoldenModel(name);
    Batch rows = model.batch();
    double[] coefficients = model.coefficients();
    double step = 1e-2;
    try (Decoder decoder = model.load()) {
      try (DecoderForward forward = new DecoderForward(decoder, rows, Set.of(), true)) {
        forward.backward(TokenGradients.ofSums(rows, coefficients));
      }
      for (Map.Entry<String, List<Integer>> kind : kinds(decoder).entrySet()) {
        double norm = norm(decoder, kind.getValue());
        move(decoder, kind.getValue(), step / norm);
        double up = loss(decoder, rows, coefficients);
        move(decoder, kind.getValue(), -2 * step / norm);
        double down = loss(decoder, rows, coefficients);
        move(decoder, kind.getValue(), step / norm);
        assertThat((up - down) / (2 * step))
            .as(kind.getKey())
            .isCloseTo(norm, within(0.01 * norm + 1e-3));
      }
    }
  }

  @Test
  void tokensThatAreNotLearnedCountForNothing() {
    int[] ids = golden.rows().get(0);
    boolean[] some = new boolean[ids.length - 1];
    some[4] = true;
    int[] completion = java.util.Arrays.copyOfRange(ids, 1, ids.length);
    Batch masked =
        new Batch(
            List.of(
                new Batch.Item(
                    new int[] {ids[0]}, List.of(new Batch.Completion(completion, some)))));
    Batch full = new Batch(List.of(GoldenModel.item(ids, 1)));
    try (Decoder decoder = golden.load();
        DecoderForward few = new DecoderForward(decoder, masked, Set.of(), false);
        DecoderForward all = new DecoderForward(decoder, full, Set.of(), false)) {
      double[] expected = new double[some.length];
      expected[4] = all.logProbs().tokens(0)[4];
      assertThat(few.logProbs().tokens(0)).containsExactly(expected, within(LOGPS));
    }
  }

  @Test
  void aBatchWithoutLearnedTokensHasNoGradient() {
    Batch none =
        new Batch(
            List.of(
                new Batch.Item(
                    new int[] {3},
                    List.of(new Batch.Completion(new int[] {4}, new boolean[] {false})))));
    try (Decoder decoder = golden.load();
        DecoderForward forward = new DecoderForward(decoder, none, Set.of(), true)) {
      assertThat(forward.logProbs().sum(0)).isZero();
      forward.backward(TokenGradients.ofSums(none, new double[] {1}));
      assertThat(decoder.weights().gradientNorm()).isZero();
    }
  }

  /** To look at gradients that are not there yet must not hide those that come. */
  @Test
  void gradientsMayBeAskedForBeforeTheFirstBackward() {
    try (Decoder early = golden.load();
        Decoder late = golden.load()) {
      assertThat(early.weights().gradientNorm()).isZero();
      for (Decoder decoder : List.of(early, late)) {
        try (DecoderForward forward = new DecoderForward(decoder, batch, Set.of(), true)) {
          forward.backward(TokenGradients.ofSums(batch, golden.coefficients()));
        }
      }
      assertThat(early.weights().gradientNorm())
          .isPositive()
          .isEqualTo(late.weights().gradientNorm());
    }
  }

  @Test
  void backwardIsForForwardsWithGradientAndOnlyOnce() {
    TokenGradients gradients = TokenGradients.ofSums(batch, golden.coefficients());
    try (Decoder decoder = golden.load();
        DecoderForward without = new DecoderForward(decoder, batch, Set.of(), false);
        DecoderForward with = new DecoderForward(decoder, batch, Set.of(), true)) {
      assertThatThrownBy(() -> without.backward(gradients))
          .isInstanceOf(IllegalStateException.class);
      with.backward(gradients);
      assertThatThrownBy(() -> with.backward(gradients)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void tokensAndRowsThatTheModelCannotTakeAreNamed() {
    try (Decoder decoder = golden.load()) {
      Batch foreign = new Batch(List.of(GoldenModel.item(new int[] {1, 2, 97}, 1)));
      assertThatThrownBy(() -> new DecoderForward(decoder, foreign, Set.of(), false))
          .isInstanceOf(PlumblineException.class)
          .hasMessageContaining("token id 97 is outside the model's vocabulary of 97");
      Batch tooLong = new Batch(List.of(GoldenModel.item(new int[65], 1)));
      assertThatThrownBy(() -> new DecoderForward(decoder, tooLong, Set.of(), false))
          .isInstanceOf(PlumblineException.class)
          .hasMessageContaining("65 tokens exceeds the model's 64 positions");
    }
  }

  private static List<float[]> takeGradients(Decoder decoder) {
    List<float[]> gradients =
        decoder.weights().gradients().stream().map(NDArray::toFloatArray).toList();
    decoder.weights().zeroGradients();
    return gradients;
  }

  private static void assertSame(List<float[]> ours, List<float[]> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(ours.get(i)).containsExactly(expected.get(i), within((float) GRADIENTS));
    }
    assertThat(expected).anySatisfy(gradient -> assertThat(gradient[0]).isNotZero());
  }

  /** Parameters of all layers that do the same, under one name. */
  private static Map<String, List<Integer>> kinds(Decoder decoder) {
    Map<String, List<Integer>> kinds = new TreeMap<>();
    List<ParameterSpec> specs = decoder.weights().specs();
    for (int i = 0; i < specs.size(); i++) {
      String kind = specs.get(i).name().replaceAll("\\d+", "N");
      kinds.computeIfAbsent(kind, any -> new ArrayList<>()).add(i);
    }
    return kinds;
  }

  private static double norm(Decoder decoder, List<Integer> parameters) {
    double sum = 0;
    for (int i : parameters) {
      for (float value : decoder.weights().gradients().get(i).toFloatArray()) {
        sum += (double) value * value;
      }
    }
    return Math.sqrt(sum);
  }

  /** {@code w += factor * g}. */
  private static void move(Decoder decoder, List<Integer> parameters, double factor) {
    try (NDManager step = decoder.newStep()) {
      decoder
          .script()
          .run(
              step,
              "sgd",
              parameters.stream().map(decoder.weights().parameters()::get).toList(),
              parameters.stream().map(decoder.weights().gradients()::get).toList(),
              -factor);
    }
  }

  private static double loss(Decoder decoder, Batch batch, double[] coefficients) {
    try (DecoderForward forward = new DecoderForward(decoder, batch, Set.of(), false)) {
      double loss = 0;
      for (int i = 0; i < coefficients.length; i++) {
        loss += coefficients[i] * forward.logProbs().sum(i);
      }
      return loss;
    }
  }
}
