package dev.plumbline.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.policy.Update;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Offset<Double> EXACT = within(1e-15);

  private static double rate(TrainerOptions options, long step, long total) {
    return options.rate(step, total);
  }

  private static TrainerOptions options(String schedule, int warmup) {
    return Given.loop(
        Map.of("learning_rate", 0.8, "lr_scheduler_type", schedule, "warmup_steps", warmup));
  }

  /** Warm-up of 4: 0, 1/4, 2/4, 3/4; then 6 steps down a line that reaches 0 after the last. */
  @Test
  void linear() {
    TrainerOptions linear = options("linear", 4);
    assertThat(rate(linear, 0, 10)).isZero();
    assertThat(rate(linear, 1, 10)).isCloseTo(0.2, EXACT);
    assertThat(rate(linear, 4, 10)).isCloseTo(0.8, EXACT);
    assertThat(rate(linear, 7, 10)).isCloseTo(0.4, EXACT);
    assertThat(rate(linear, 10, 10)).isZero();
    assertThat(rate(options("linear", 0), 0, 10)).isEqualTo(0.8);
  }

  @Test
  void cosine() {
    TrainerOptions cosine = options("cosine", 2);
    assertThat(rate(cosine, 1, 10)).isCloseTo(0.4, EXACT);
    assertThat(rate(cosine, 2, 10)).isCloseTo(0.8, EXACT);
    assertThat(rate(cosine, 6, 10)).isCloseTo(0.4, EXACT);
    assertThat(rate(cosine, 10, 10)).isCloseTo(0, EXACT);
  }

  @Test
  void constant() {
    assertThat(rate(options("constant", 0), 9, 10)).isEqualTo(0.8);
    TrainerOptions warm = options("constant_with_warmup", 2);
    assertThat(rate(warm, 0, 10)).isZero();
    assertThat(rate(warm, 1, 10)).isCloseTo(0.4, EXACT);
    assertThat(rate(warm, 9, 10)).isEqualTo(0.8);
  }

  /** A ratio of 0.25 of 10 steps is 2.5, rounded up to 3. */
  @Test
  void warmupAsAShare() {
    TrainerOptions linear = Given.loop(Map.of("learning_rate", 0.9, "warmup_ratio", 0.25));
    assertThat(rate(linear, 2, 10)).isCloseTo(0.6, EXACT);
    assertThat(rate(linear, 3, 10)).isCloseTo(0.9, EXACT);
  }

  @Test
  void whatAScheduleDoesNotUseIsRefused() {
    assertThatThrownBy(() -> options("constant", 3))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "warmup_steps is 3, but lr_scheduler_type constant does not use it; remove it, or choose"
                + " linear or cosine or constant_with_warmup");
    assertThatThrownBy(() -> Given.loop(Map.of("optim", "sgd", "weight_decay", 0.1)))
        .hasMessage(
            "weight_decay is 0.1, but optim sgd does not use it; remove it, or choose adamw");
    assertThatThrownBy(() -> Given.loop(Map.of("warmup_steps", 3, "warmup_ratio", 0.1)))
        .hasMessage("warmup_ratio is 0.1; expected 0 where warmup_steps is set (it is 3)");
  }

  /** torch.nn.utils.clip_grad_norm_ multiplies by max / (norm + 1e-6), and never by more than 1. */
  @Test
  void clipping() {
    assertThat(Given.loop(Map.of("max_grad_norm", 2)).update(0.1, 4).gradientScale())
        .isEqualTo(2 / (4 + 1e-6));
    assertThat(Given.loop(Map.of("max_grad_norm", 2)).update(0.1, 1).gradientScale()).isEqualTo(1);
    assertThat(Given.loop(Map.of("max_grad_norm", 0)).update(0.1, 4).gradientScale()).isEqualTo(1);
  }

  @Test
  void optimisers() {
    assertThat(Given.loop(Map.of("optim", "sgd", "max_grad_norm", 0)).update(0.1, 4))
        .isEqualTo(new Update.Sgd(0.1, 1));
    assertThat(
            Given.loop(Map.of("weight_decay", 0.01, "adam_beta1", 0.8, "adam_epsilon", 1e-6))
                .update(0.1, 0.5))
        .isEqualTo(new Update.AdamW(0.1, 1, 0.8, 0.999, 1e-6, 0.01));
  }

  @Test
  void rangesNameTheKey() {
    assertThatThrownBy(() -> Given.loop(Map.of("learning_rate", -1)))
        .hasMessage("learning_rate is -1.0; expected a number of at least 0");
    assertThatThrownBy(() -> Given.loop(Map.of("max_steps", 0)))
        .hasMessage("max_steps is 0; expected a whole number of at least 1, or -1 to count epochs");
    assertThatThrownBy(() -> Given.loop(Map.of("adam_beta2", 1)))
        .hasMessage("adam_beta2 is 1.0; expected a number from 0 to below 1");
  }
}
