package dev.plumbline.data.stages;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file of raw rows.
 *
 * @param name as the user named it: what {@code source} columns and messages say
 * @param uri where it is
 * @param bytes its size
 */
record InputFile(String name, String uri, long bytes) implements Serializable {

  /** Opens the file's bytes. */
  InputStream open(Configuration hadoop) {
    try {
      Path path = new Path(uri);
      return path.getFileSystem(hadoop).open(path);
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot open %s: %s; check the path".formatted(name, e.getMessage()), e);
    }
  }

  /**
   * The files of some inputs, each a file, a folder (with its sub-folders, hidden names left out)
   * or a pattern: inputs in the given order, files of one input by name.
   *
   * @throws PlumblineException if an input is not there or holds no file
   * @throws UsageException if a file is named twice
   */
  static List<InputFile> find(List<String> inputs, Configuration hadoop) {
    List<InputFile> files = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String input : inputs) {
      for (InputFile file : findOne(input, hadoop)) {
        if (!seen.add(file.uri)) {
          throw new UsageException(file.name + " is among the inputs twice; name it once");
        }
        files.add(file);
      }
    }
    return files;
  }

  private static List<InputFile> findOne(String input, Configuration hadoop) {
    List<InputFile> files = new ArrayList<>();
    try {
      Path path = new Path(input);
      FileSystem system = path.getFileSystem(hadoop);
      if (system.exists(path)) {
        collect(system, system.getFileStatus(path), input.replaceAll("/+$", ""), files);
      } else {
        FileStatus[] matches = system.globStatus(path);
        for (FileStatus match : matches == null ? new FileStatus[0] : matches) {
          collect(system, match, name(path, match.getPath()), files);
        }
        if (files.isEmpty()) {
          throw new FileNotFoundException("no such file");
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new PlumblineException(
          "cannot read %s: %s; check the path".formatted(input, e.getMessage()), e);
    }
    if (files.isEmpty()) {
      throw new PlumblineException(
          input + " is a folder without files; JSON or JSONL was expected");
    }
    files.sort(Comparator.comparing(InputFile::name));
    return files;
  }

  private static void collect(
      FileSystem system, FileStatus found, String name, List<InputFile> files) throws IOException {
    if (found.isFile()) {
      files.add(new InputFile(name, found.getPath().toString(), found.getLen()));
      return;
    }
    for (FileStatus child : system.listStatus(found.getPath())) {
      String childName = child.getPath().getName();
      if (!childName.startsWith(".") && !childName.startsWith("_")) {
        collect(system, child, name + "/" + childName, files);
      }
    }
  }

  /** A match of a pattern, written like the pattern: with its scheme only where that has one. */
  private static String name(Path pattern, Path match) {
    return pattern.toUri().getScheme() == null ? match.toUri().getPath() : match.toString();
  }
}
