package dev.plumbline.lm.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reference material that lies beside a developer's checkout and is no part of the project: tests
 * that read it skip, and say so, in a clone that stands alone.
 */
public final class Shared {
  private Shared() {}

  /** A file or folder of it. Skips the calling test if it is not there. */
  public static Path path(String name) {
    Path path = Path.of(System.getProperty("plumbline.shared", "../shared")).resolve(name);
    assumeTrue(Files.exists(path), () -> "skipped: the shared folder has no " + name + " here");
    return path;
  }
}
