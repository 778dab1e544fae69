package dev.plumbline.data.stages;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.text.TokenizerFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads a tokenizer's files from any Hadoop file system. */
final class TokenizerLoader {
  private TokenizerLoader() {}

  static TokenizerFiles read(String folder, Configuration hadoop) {
    Map<String, byte[]> contents = new HashMap<>();
    try {
      Path path = new Path(folder);
      FileSystem system = path.getFileSystem(hadoop);
      for (String name : TokenizerFiles.NAMES) {
        Path file = new Path(path, name);
        if (system.exists(file)) {
          try (InputStream in = system.open(file)) {
            contents.put(name, in.readAllBytes());
          }
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new PlumblineException(
          "cannot read the tokenizer of %s: %s; check the path".formatted(folder, e.getMessage()),
          e);
    }
    return new TokenizerFiles(folder, contents);
  }
}
