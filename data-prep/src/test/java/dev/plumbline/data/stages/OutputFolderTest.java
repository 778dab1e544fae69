package dev.plumbline.data.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {
  @TempDir private Path folder;

  @Test
  void aFolderThatAppearedMeanwhileIsLeftAlone() throws IOException {
    Path target = folder.resolve("out");
    OutputFolder output = OutputFolder.open(target.toString(), false, new Configuration());
    output.write("manifest.json", "{}");
    Path other = Files.createDirectories(target).resolve("manifest.json");
    Files.writeString(other, "of another run");
    assertThatThrownBy(output::commit)
        .isInstanceOf(PlumblineException.class)
        .hasMessageStartingWith(target + " exists already");
    assertThat(other).hasContent("of another run");
    assertThat(target.resolve(".out.partial")).doesNotExist();
  }
}
