package dev.plumbline.lm.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {
  @ParameterizedTest
  @CsvSource({"cpu,cpu", "cuda,cuda:0", "cuda:0,cuda:0", "cuda:12,cuda:12"})
  void namesAreRead(String text, String name) {
    assertThat(ComputeDevice.parse(text)).hasToString(name);
    assertThat(ComputeDevice.parse(text).isCuda()).isEqualTo(!text.equals("cpu"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "CPU", "cuda:", "cuda:-1", "cuda:1000", "", "cpu:0"})
  void otherNamesAreErrors(String text) {
    assertThatThrownBy(() -> ComputeDevice.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "device is '" + text + "'; expected cpu, cuda or cuda:n (n the number of the GPU)");
  }

  @Test
  void aGpuThatIsNotThereIsAnError() {
    // The tests' engine has started for the CPU.
    Torch.version();
    assertThatThrownBy(() -> Torch.manager(ComputeDevice.parse("cuda:3")))
        .isInstanceOf(PlumblineException.class)
        .hasMessageStartingWith(
            "device cuda:3 is not there: libtorch sees no GPU; nvidia-smi should list it");
  }
}
