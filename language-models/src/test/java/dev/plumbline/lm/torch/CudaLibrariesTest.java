package dev.plumbline.lm.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.torch.CudaLibraries.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On machines made of empty files. */
class CudaLibrariesTest {
  private final Map<String, String> settings = new HashMap<>();
  @TempDir private Path root;

  @Test
  void aPythonPackageIsFoundInTheActiveEnvironment() {
    Path site = root.resolve("venv/lib/python3.11/site-packages");
    Path folder = pythonPackage(site, "2.7.1+cu128", "12.8");
    settings.put("VIRTUAL_ENV", root.resolve("venv").toString());
    assertThat(CudaLibraries.find(machine()))
        .isEqualTo(new CudaLibraries(folder, "2.7.1", "cu128"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "home/.local/lib/python3.12/site-packages",
        "usr/local/lib/python3.9/dist-packages",
        "usr/lib/python3/dist-packages"
      })
  void aPythonPackageIsFoundWhereItIsInstalledForAll(String site) {
    Path folder = pythonPackage(root.resolve(site), "2.7.1+cu126", "12.6");
    assertThat(CudaLibraries.find(machine()).folder()).isEqualTo(folder);
  }

  @Test
  void aPythonPackageIsFoundByThePythonOnThePath() {
    Path folder =
        pythonPackage(root.resolve("opt/any/lib/python3.11/site-packages"), "2.7.1", "12.6");
    file(root.resolve("opt/any/bin/python3"));
    settings.put("PATH", "/nowhere::" + root.resolve("opt/any/bin"));
    CudaLibraries found = CudaLibraries.find(machine());
    assertThat(found.folder()).isEqualTo(folder);
    // Any CUDA 12 goes with the interface that comes with Plumbline.
    assertThat(found.flavor()).isEqualTo("cu128");
  }

  @Test
  void anArchiveIsFound() {
    Path folder = archive(root.resolve("usr/local/libtorch"), "2.7.1+cu128");
    assertThat(CudaLibraries.find(machine()))
        .isEqualTo(new CudaLibraries(folder, "2.7.1", "cu128"));
  }

  @Test
  void theFolderThatIsSetIsTheOnlyOne() {
    Path chosen = archive(root.resolve("mine"), "2.7.1+cu128");
    pythonPackage(root.resolve("usr/lib/python3/dist-packages"), "2.7.1+cu128", "12.8");
    settings.put(CudaLibraries.FOLDER, chosen.toString());
    assertThat(CudaLibraries.find(machine()).folder()).isEqualTo(chosen);
    Path empty = root.resolve("none");
    settings.put(CudaLibraries.FOLDER, empty.toString());
    assertFails(empty + " holds no libtorch.so;");
  }

  @Test
  void anotherVersionNeedsAnInterfaceOfItsOwn() {
    Path folder = archive(root.resolve("opt/libtorch"), "2.11.0+cu130");
    assertFails(
        folder
            + " is 2.11.0 for cu130, and the native interface is for 2.7.1 with CUDA 12 (a libdjl_torch.so made for it may lie beside it);");
    file(folder.resolve("libdjl_torch.so"));
    assertThat(CudaLibraries.find(machine()))
        .isEqualTo(new CudaLibraries(folder, "2.11.0", "cu130"));
  }

  @Test
  void whoNamesFolderVersionAndFlavorIsBelieved() {
    Path folder = archive(root.resolve("mine"), "of our own making");
    settings.put(CudaLibraries.FOLDER, folder.toString());
    assertFails(folder + " does not say its version; set PYTORCH_VERSION and PYTORCH_FLAVOR;");
    settings.put(CudaLibraries.VERSION, "2.8.0");
    settings.put(CudaLibraries.FLAVOR, "cu129");
    assertThat(CudaLibraries.find(machine()))
        .isEqualTo(new CudaLibraries(folder, "2.8.0", "cu129"));
  }

  @Test
  void everyInstallationThatDoesNotFitIsNamed() throws IOException {
    Path cpu =
        pythonPackage(root.resolve("home/.local/lib/python3.11/site-packages"), "2.7.1+cpu", null);
    Files.delete(cpu.resolve("libtorch_cuda.so"));
    Path old = pythonPackage(root.resolve("usr/lib/python3/dist-packages"), "2.6.0+cu124", "12.4");
    assertFails(
        cpu + " is built without CUDA (no libtorch_cuda.so); " + old + " is 2.6.0 for cu124,");
    Path newest =
        pythonPackage(
            root.resolve("usr/local/lib/python3.13/site-packages"), "2.7.1+cu118", "11.8");
    assertFails(newest + " is 2.7.1 for cu118,");
  }

  @Test
  void aMachineWithNothingIsToldWhatToInstall() {
    assertThatThrownBy(() -> CudaLibraries.find(machine()))
        .isInstanceOf(PlumblineException.class)
        .hasMessage(
            "no libtorch for a GPU: none is installed; install Python's package torch 2.7.1 built for CUDA 12 (or libtorch's archive of it) and set PYTORCH_LIBRARY_PATH to its lib folder if it is not found, or use --device cpu");
  }

  @Test
  void otherSystemsAreNotSupported() {
    Path folder = archive(root.resolve("opt/libtorch"), "2.7.1+cu128");
    assertThatThrownBy(
            () -> CudaLibraries.find(new Machine("Mac OS X", "aarch64", root, root, any -> null)))
        .isInstanceOf(PlumblineException.class)
        .hasMessage("GPUs are supported on Linux, and this is Mac OS X; use --device cpu");
    assertThatThrownBy(
            () -> CudaLibraries.find(new Machine("Linux", "aarch64", root, root, any -> null)))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining(folder + " needs a libdjl_torch.so of its own on aarch64;");
  }

  private void assertFails(String part) {
    assertThatThrownBy(() -> CudaLibraries.find(machine()))
        .isInstanceOf(PlumblineException.class)
        .hasMessageStartingWith("no libtorch for a GPU: ")
        .hasMessageContaining(part)
        .hasMessageContaining("install Python's package torch 2.7.1 built for CUDA 12");
  }

  private Machine machine() {
    return new Machine("Linux", "amd64", root, root.resolve("home"), settings::get);
  }

  private static Path pythonPackage(Path site, String version, String cuda) {
    Path folder = site.resolve("torch/lib");
    file(folder.resolve("libtorch.so"));
    file(folder.resolve("libtorch_cuda.so"));
    write(
        site.resolve("torch/version.py"),
        "from typing import Optional\n\n__all__ = ['__version__', 'debug', 'cuda']\n__version__ = '"
            + version
            + "'\ndebug = False\ncuda: Optional[str] = "
            + (cuda == null ? "None" : "'" + cuda + "'")
            + "\ngit_version = 'e2d141dbde55c2a4370fac5165b0561b6af4798b'\n");
    return folder;
  }

  private static Path archive(Path libtorch, String version) {
    Path folder = libtorch.resolve("lib");
    file(folder.resolve("libtorch.so"));
    file(folder.resolve("libtorch_cuda.so"));
    write(libtorch.resolve("build-version"), version + "\n");
    return folder;
  }

  private static void file(Path path) {
    write(path, "");
  }

  private static void write(Path path, String text) {
    try {
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
