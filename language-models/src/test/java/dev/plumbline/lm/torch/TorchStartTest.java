package dev.plumbline.lm.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine starts once a process, so these starts happen in processes of their own. */
class TorchStartTest {
  /** What the processes run: starts the engine and says how that went. */
  static final class Start {
    private Start() {}

    public static void main(String[] args) {
      try {
        Torch.manager(ComputeDevice.parse(args[0])).close();
        System.out.println("started " + Torch.version() + " with threads " + Torch.threads());
      } catch (PlumblineException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void itStartsWithoutNetworkOnTheThreadsThatAreSet() throws Exception {
    assertThat(start("cpu", Map.of("OMP_NUM_THREADS", "1")))
        .isEqualTo("started 2.7.1 with threads 1");
  }

  @Test
  void nativesThatCannotBeUnpackedAreAnErrorWithTheRemedy(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(start("cpu", Map.of("DJL_CACHE_DIR", file.resolve("cache").toString())))
        .startsWith("libtorch does not start: it cannot be unpacked to " + file.resolve("cache"))
        .endsWith(
            "; free 450 MB there, or set DJL_CACHE_DIR to a folder with room that you may write to")
        .hasLineCount(1);
  }

  @Test
  void anotherVersionIsAnErrorAndNeverADownload() throws Exception {
    assertThat(start("cpu", Map.of("PYTORCH_VERSION", "2.5.1")))
        .isEqualTo(
            "libtorch does not start: its library or native interface is not on the class path in the version that is asked for, and nothing is downloaded; unset PYTORCH_VERSION and PYTORCH_FLAVOR, or see docs/gpu.md");
  }

  @Test
  void aGpuWithoutLibrariesIsAnErrorThatSaysWhatToInstall(@TempDir Path folder) throws Exception {
    assertThat(start("cuda", Map.of(CudaLibraries.FOLDER, folder.toString())))
        .startsWith("no libtorch for a GPU: " + folder + " holds no libtorch.so; install ")
        .hasLineCount(1);
  }

  private static String start(String device, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Start.class.getName(),
            device);
    // Nothing but Torch itself keeps it from the network.
    builder.environment().remove("DJL_OFFLINE");
    builder.environment().putAll(environment);
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said.strip();
  }
}
