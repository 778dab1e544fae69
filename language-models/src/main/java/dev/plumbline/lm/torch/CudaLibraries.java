package dev.plumbline.lm.torch;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A build of libtorch with CUDA that is installed on this machine: Plumbline brings none, as Maven
 * Central has none that fits. It is looked for where Python's package {@code torch} and libtorch's
 * archives usually are, checked against what the native interface supports, and made known to DJL
 * by system properties, which must happen before the engine starts.
 *
 * @param folder holds {@code libtorch.so}
 * @param version libtorch's, {@code 2.7.1}
 * @param flavor the native interface's, {@code cu128}
 */
record CudaLibraries(Path folder, String version, String flavor) {
  /** Settings that DJL reads, from the environment or else the system properties. */
  static final String FOLDER = "PYTORCH_LIBRARY_PATH";

  static final String VERSION = "PYTORCH_VERSION";
  static final String FLAVOR = "PYTORCH_FLAVOR";

  /** What the native interface on the class path is made for; any build with CUDA 12 will do. */
  private static final String BUNDLED_VERSION = "2.7.1";

  private static final String BUNDLED_FLAVOR = "cu128";
  private static final String BUNDLED_ARCHITECTURE = "amd64";

  private static final Pattern BUILD =
      Pattern.compile("(\\d+\\.\\d+\\.\\d+)[^+]*(?:\\+(?:cu(\\d+))?.*)?");
  private static final Pattern PYTHON_VERSION =
      Pattern.compile("^__version__\\s*=\\s*'([^']+)'", Pattern.MULTILINE);
  private static final Pattern PYTHON_CUDA =
      Pattern.compile("^cuda\\b[^=]*=\\s*'(\\d+)\\.(\\d+)", Pattern.MULTILINE);

  /**
   * A machine to search.
   *
   * @param os {@code os.name}
   * @param architecture {@code os.arch}
   * @param root of the file system
   * @param home of the user
   * @param settings value of an environment variable or system property, or null
   */
  record Machine(
      String os, String architecture, Path root, Path home, UnaryOperator<String> settings) {
    static Machine here() {
      return new Machine(
          System.getProperty("os.name"),
          System.getProperty("os.arch"),
          Path.of("/"),
          Path.of(System.getProperty("user.home")),
          name -> Optional.ofNullable(System.getenv(name)).orElse(System.getProperty(name)));
    }

    Optional<String> setting(String name) {
      return Optional.ofNullable(settings.apply(name)).filter(value -> !value.isEmpty());
    }
  }

  /**
   * Finds libtorch with CUDA.
   *
   * @throws PlumblineException if there is none that fits: says what was found, what is missing and
   *     what to install
   */
  static CudaLibraries find(Machine machine) {
    if (!machine.os().equals("Linux")) {
      throw new PlumblineException(
          "GPUs are supported on Linux, and this is %s; use --device cpu".formatted(machine.os()));
    }
    List<String> problems = new ArrayList<>();
    for (Path folder : candidates(machine)) {
      Optional<String> problem = problem(folder, machine);
      if (problem.isEmpty()) {
        Build build = Build.of(folder, machine);
        String flavor =
            machine.setting(FLAVOR).orElse(hasInterface(folder) ? build.flavor() : BUNDLED_FLAVOR);
        return new CudaLibraries(folder, build.version(), flavor);
      }
      problems.add(folder + " " + problem.orElseThrow());
    }
    throw new PlumblineException(
        "no libtorch for a GPU: %s; install Python's package torch %s built for CUDA 12 (or libtorch's archive of it) and set %s to its lib folder if it is not found, or use --device cpu"
            .formatted(
                problems.isEmpty() ? "none is installed" : String.join("; ", problems),
                BUNDLED_VERSION,
                FOLDER));
  }

  /** Makes DJL load these libraries; too late once the engine has started. */
  void use() {
    System.setProperty(FOLDER, folder.toString());
    System.setProperty(VERSION, version);
    System.setProperty(FLAVOR, flavor);
  }

  /** Folders of libtorch.so: the one that is set, or else all in the usual places. */
  private static List<Path> candidates(Machine machine) {
    Optional<String> set = machine.setting(FOLDER);
    if (set.isPresent()) {
      return List.of(Path.of(set.get()));
    }
    List<Path> prefixes = new ArrayList<>();
    machine.setting("VIRTUAL_ENV").map(Path::of).ifPresent(prefixes::add);
    machine.setting("CONDA_PREFIX").map(Path::of).ifPresent(prefixes::add);
    for (String folder : machine.setting("PATH").orElse("").split(":", -1)) {
      if (!folder.isEmpty() && Files.exists(Path.of(folder, "python3"))) {
        prefixes.add(Path.of(folder).resolveSibling(""));
      }
    }
    prefixes.add(machine.home().resolve(".local"));
    prefixes.add(machine.root().resolve("usr/local"));
    prefixes.add(machine.root().resolve("usr"));
    Stream<Path> packages =
        prefixes.stream()
            .flatMap(prefix -> list(prefix.resolve("lib"), "python3*"))
            .flatMap(python -> list(python, "{site,dist}-packages"))
            .map(site -> site.resolve("torch/lib"));
    Stream<Path> archives =
        Stream.of(
                machine.home(), machine.root().resolve("usr/local"), machine.root().resolve("opt"))
            .map(parent -> parent.resolve("libtorch/lib"));
    return Stream.concat(packages, archives)
        .map(Path::normalize)
        .filter(Files::isDirectory)
        .distinct()
        .toList();
  }

  /** What keeps a folder's libraries from being used. */
  private static Optional<String> problem(Path folder, Machine machine) {
    if (!Files.exists(folder.resolve("libtorch.so"))) {
      return Optional.of("holds no libtorch.so");
    }
    if (!Files.exists(folder.resolve("libtorch_cuda.so"))) {
      return Optional.of("is built without CUDA (no libtorch_cuda.so)");
    }
    boolean named = machine.setting(VERSION).isPresent() && machine.setting(FLAVOR).isPresent();
    if (named || hasInterface(folder)) {
      return Optional.empty();
    }
    if (!machine.architecture().equals(BUNDLED_ARCHITECTURE)) {
      return Optional.of("needs a libdjl_torch.so of its own on " + machine.architecture());
    }
    Build build = Build.of(folder, machine);
    if (build.version().equals(BUNDLED_VERSION) && build.flavor().startsWith("cu12")) {
      return Optional.empty();
    }
    if (build.version().isEmpty()) {
      return Optional.of("does not say its version; set %s and %s".formatted(VERSION, FLAVOR));
    }
    return Optional.of(
        "is %s for %s, and the native interface is for %s with CUDA 12 (a libdjl_torch.so made for it may lie beside it)"
            .formatted(build.version(), build.flavor(), BUNDLED_VERSION));
  }

  /** Whether a native interface made for these libraries lies beside them: DJL takes it first. */
  private static boolean hasInterface(Path folder) {
    return list(folder, "*libdjl_torch.so").findAny().isPresent();
  }

  /** Entries of a folder that match, by name; none if it is no folder. */
  private static Stream<Path> list(Path folder, String glob) {
    if (!Files.isDirectory(folder)) {
      return Stream.of();
    }
    try (var entries = Files.newDirectoryStream(folder, glob)) {
      List<Path> found = new ArrayList<>();
      entries.forEach(found::add);
      return found.stream().sorted();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What libtorch says of itself: Python's package in version.py, an archive in build-version.
   *
   * @param version three numbers, or empty
   * @param flavor {@code cu126}, or {@code cpu} without CUDA
   */
  private record Build(String version, String flavor) {
    static Build of(Path folder, Machine machine) {
      Path above = folder.resolveSibling("");
      String python = read(above.resolve("version.py"));
      Matcher name = PYTHON_VERSION.matcher(python);
      Matcher build =
          BUILD.matcher(
              machine
                  .setting(VERSION)
                  .orElse(name.find() ? name.group(1) : read(above.resolve("build-version"))));
      if (!build.matches()) {
        return new Build("", "cpu");
      }
      Matcher cuda = PYTHON_CUDA.matcher(python);
      String flavor =
          build.group(2) != null
              ? "cu" + build.group(2)
              : cuda.find() ? "cu" + cuda.group(1) + cuda.group(2) : "cpu";
      return new Build(build.group(1), flavor);
    }

    private static String read(Path file) {
      try {
        return Files.exists(file) ? Files.readString(file).strip() : "";
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
