package dev.plumbline.lm.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFilesTest {
  @TempDir Path folder;

  @Test
  void replacesAFileAsAWhole() throws IOException {
    Path target = folder.resolve("a.txt");
    WholeFiles.write(target, "one");
    WholeFiles.write(target, "two");

    assertThat(target).hasContent("two");
    assertThat(names()).containsExactly("a.txt");
  }

  @Test
  void keepsTheOldFileWhenWritingFails() throws IOException {
    Path target = folder.resolve("a.txt");
    WholeFiles.write(target, "old");

    assertThatThrownBy(
            () ->
                WholeFiles.write(
                    target,
                    temporary -> {
                      Files.writeString(temporary, "half of the n");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining(target.toString())
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("check that the disk has room");
    assertThat(target).hasContent("old");
    assertThat(names()).containsExactly("a.txt");
  }

  @Test
  void aFolderAppearsWholeOrNotAtAll() throws IOException {
    Path target = folder.resolve("model");

    assertThatThrownBy(
            () ->
                WholeFiles.writeFolder(
                    target,
                    temporary -> {
                      Files.writeString(temporary.resolve("one"), "1");
                      assertThat(target).doesNotExist();
                      throw new IllegalStateException("a bug");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names()).isEmpty();

    WholeFiles.writeFolder(target, temporary -> Files.writeString(temporary.resolve("one"), "1"));
    assertThat(target.resolve("one")).hasContent("1");
    assertThat(names()).containsExactly("model");
  }

  @Test
  void refusesAFolderThatExists() throws IOException {
    Path target = Files.createDirectory(folder.resolve("model"));

    assertThatThrownBy(() -> WholeFiles.writeFolder(target, temporary -> {}))
        .isInstanceOf(PlumblineException.class)
        .hasMessage(target + " exists already; remove it or choose another name");
  }

  @Test
  void removesWhatACrashLeft() throws IOException {
    Path left = Files.createDirectory(folder.resolve(".model.partial"));
    Files.writeString(left.resolve("old"), "of the crashed run");
    Path target = folder.resolve("model");

    WholeFiles.writeFolder(target, temporary -> Files.writeString(temporary.resolve("new"), "1"));

    assertThat(target.resolve("old")).doesNotExist();
    assertThat(names()).containsExactly("model");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
