package dev.plumbline.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderTest {
  private static Order order(int rows, int micro, int accumulation, boolean shuffle, long seed) {
    return new Order(
        rows,
        Given.loop(
            Map.of(
                "per_device_train_batch_size", micro,
                "gradient_accumulation_steps", accumulation,
                "shuffle_dataset", shuffle,
                "seed", seed)));
  }

  private static List<List<Integer>> window(Order order, long step) {
    return order.window(step).microBatches().stream()
        .map(numbers -> IntStream.of(numbers).boxed().toList())
        .toList();
  }

  /**
   * 11 rows in micro-batches of 2 are 6, the last of one row; windows of 4 are 2, the last of 2.
   */
  @Test
  void shortMicroBatchesAndWindowsEndAnEpoch() {
    Order order = order(11, 2, 4, false, 1);
    assertThat(order.stepsPerEpoch()).isEqualTo(2);
    assertThat(window(order, 0))
        .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4, 5), List.of(6, 7));
    assertThat(window(order, 1)).containsExactly(List.of(8, 9), List.of(10));
    assertThat(window(order, 2)).as("the next epoch starts over").isEqualTo(window(order, 0));
    assertThat(order.window(0).epoch()).isEqualTo(4 / 6.0);
    assertThat(order.window(1).epoch()).isEqualTo(1);
    assertThat(order.window(2).epoch()).isEqualTo(1 + 4 / 6.0);
    assertThat(order.window(0).endsEpoch()).isFalse();
    assertThat(order.window(1).endsEpoch()).isTrue();
  }

  @Test
  void fewerRowsThanAMicroBatch() {
    Order order = order(3, 8, 4, false, 1);
    assertThat(order.stepsPerEpoch()).isEqualTo(1);
    assertThat(window(order, 5)).containsExactly(List.of(0, 1, 2));
  }

  @Test
  void everyEpochHasEveryRowOnceInAnOrderOfItsOwn() {
    Order order = order(37, 4, 2, true, 7);
    List<List<Integer>> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Integer> rows = new ArrayList<>();
      for (int step = 0; step < order.stepsPerEpoch(); step++) {
        window(order, (long) epoch * order.stepsPerEpoch() + step).forEach(rows::addAll);
      }
      assertThat(rows).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 37).boxed().toList());
      epochs.add(rows);
    }
    assertThat(epochs).doesNotHaveDuplicates();
  }

  @Test
  void orderDependsOnTheSeedAndNotOnTheWayThere() {
    Order straight = order(20, 4, 1, true, 7);
    Order jumping = order(20, 4, 1, true, 7);
    List<List<Integer>> late = window(jumping, 12);
    for (int step = 0; step < 12; step++) {
      straight.window(step);
    }
    assertThat(window(straight, 12)).isEqualTo(late);
    assertThat(window(order(20, 4, 1, true, 8), 12)).isNotEqualTo(late);
  }

  /** Counted as transformers counts: epochs times steps an epoch, rounded up. */
  @Test
  void stepsOfARun() {
    assertThat(Given.loop(Map.of("num_train_epochs", 2)).totalSteps(5)).isEqualTo(10);
    assertThat(Given.loop(Map.of("num_train_epochs", 0.5)).totalSteps(5)).isEqualTo(3);
    assertThat(Given.loop(Map.of("max_steps", 7)).totalSteps(5)).isEqualTo(7);
  }
}
