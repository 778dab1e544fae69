package dev.plumbline.lm.io;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes files and folders that are whole or not there: everything goes to a temporary name beside
 * the target, is forced to the disk and renamed. A crash leaves a temporary name, which the next
 * writer of the same target removes.
 */
public final class WholeFiles {
  private WholeFiles() {}

  /** Fills a temporary file or folder. */
  @FunctionalInterface
  public interface Filler {
    void fill(Path temporary) throws IOException;
  }

  /**
   * Writes a file, replacing one of that name.
   *
   * @throws PlumblineException if it cannot be written: names the file, the reason and the remedy
   */
  public static void write(Path target, Filler filler) {
    Path temporary = temporary(target);
    try {
      Files.deleteIfExists(temporary);
      filler.fill(temporary);
      force(temporary);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | UncheckedIOException failure) {
      throw failed(target, temporary, failure);
    } catch (RuntimeException failure) {
      delete(temporary);
      throw failure;
    }
  }

  /** Writes a text file in UTF-8. */
  public static void write(Path target, String text) {
    write(target, temporary -> Files.writeString(temporary, text));
  }

  /**
   * Makes a folder and those above it, unless they are there.
   *
   * @param option what names the folder, to be set otherwise if it cannot be made
   * @return the folder
   * @throws PlumblineException if it cannot be made
   */
  public static Path makeFolder(Path folder, String option) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot make %s: %s; choose another %s".formatted(folder, e.getMessage(), option), e);
    }
  }

  /**
   * Writes a folder that must not exist.
   *
   * @throws PlumblineException if it exists or cannot be written
   */
  public static void writeFolder(Path target, Filler filler) {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new UsageException(target + " exists already; remove it or choose another name");
    }
    Path temporary = temporary(target);
    try {
      delete(temporary);
      Files.createDirectories(temporary);
      filler.fill(temporary);
      try (Stream<Path> files = Files.walk(temporary)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          force(file);
        }
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | UncheckedIOException failure) {
      throw failed(target, temporary, failure);
    } catch (RuntimeException failure) {
      delete(temporary);
      throw failure;
    }
  }

  /** Deletes a file or a folder with all it holds; nothing if it is not there. */
  public static void delete(Path path) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException failure) {
      throw new PlumblineException(
          "cannot delete " + path + ": " + reason(failure) + "; remove it by hand", failure);
    }
  }

  /** Makes a file's bytes survive a power cut. */
  static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static Path temporary(Path target) {
    Path name = target.toAbsolutePath().getFileName();
    return target.resolveSibling("." + name + ".partial");
  }

  private static PlumblineException failed(Path target, Path temporary, Exception failure) {
    try {
      delete(temporary);
    } catch (PlumblineException left) {
      failure.addSuppressed(left);
    }
    return new PlumblineException(
        "cannot write %s: %s; check that the disk has room and the folder is writable"
            .formatted(target, reason(failure)),
        failure);
  }

  private static String reason(Exception failure) {
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
