package dev.plumbline.lm.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Test resources of the language models as folders on the disk, also when they come in a jar. */
public final class Golden {
  /** The property that names the folder in which another JVM has unpacked them already. */
  public static final String UNPACKED = "plumbline.golden";

  private static final Path ROOT = findRoot();
  private static final Map<String, Path> FOLDERS = new ConcurrentHashMap<>();

  private Golden() {}

  /** A folder under {@code golden/models}, such as {@code llama-mha} or {@code formats/bf16}. */
  public static Path model(String name) {
    return folder("golden/models/" + name);
  }

  /** Where they are unpacked when they come in a jar, for {@link #UNPACKED} of a child. */
  public static Path root() {
    return ROOT;
  }

  private static Path findRoot() {
    String unpacked = System.getProperty(UNPACKED);
    try {
      return unpacked == null ? Files.createTempDirectory("golden") : Path.of(unpacked);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder of the class path. */
  public static Path folder(String resource) {
    URL url = Golden.class.getClassLoader().getResource(resource);
    if (url == null) {
      throw new IllegalArgumentException("no test resource " + resource);
    }
    try {
      URI uri = url.toURI();
      return uri.getScheme().equals("file")
          ? Path.of(uri)
          : FOLDERS.computeIfAbsent(resource, any -> unpack(uri, resource));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path unpack(URI jar, String resource) {
    Path target = ROOT.resolve(resource);
    if (Files.isDirectory(target)) {
      return target;
    }
    try (FileSystem files = FileSystems.newFileSystem(jar, Map.of())) {
      Path root = files.getPath("/" + resource);
      try (Stream<Path> walk = Files.walk(root)) {
        List<Path> all = walk.filter(Files::isRegularFile).toList();
        for (Path file : all) {
          Path copy = target.resolve(root.relativize(file).toString());
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
          copy.toFile().deleteOnExit();
        }
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
