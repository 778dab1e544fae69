package dev.plumbline.data.stages;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The folder that a run writes, whole or not there: everything goes to a temporary name beside it,
 * and the driver renames it in the end. A crash leaves the temporary name, which the next run of
 * the same output removes.
 */
final class OutputFolder {
  private final String name;
  private final FileSystem system;
  private final Path target;
  private final Path temporary;
  private final boolean overwrite;

  private OutputFolder(String name, boolean overwrite, FileSystem system) {
    this.name = name;
    this.overwrite = overwrite;
    this.system = system;
    this.target = system.makeQualified(new Path(name));
    this.temporary = new Path(target.getParent(), "." + target.getName() + ".partial");
  }

  /**
   * @throws PlumblineException if the folder is there, unless it may be overwritten and was made by
   *     a run
   */
  static OutputFolder open(String name, boolean overwrite, Configuration hadoop) {
    try {
      OutputFolder folder = new OutputFolder(name, overwrite, new Path(name).getFileSystem(hadoop));
      folder.requireFree();
      folder.system.delete(folder.temporary, true);
      return folder;
    } catch (IOException | IllegalArgumentException e) {
      throw new PlumblineException(
          "cannot write %s: %s; check the path".formatted(name, e.getMessage()), e);
    }
  }

  private void requireFree() throws IOException {
    if (!system.exists(target)) {
      return;
    }
    if (!overwrite) {
      throw new UsageException(
          name + " exists already; --overwrite replaces it, or remove it or choose another name");
    }
    if (!system.exists(new Path(target, Manifest.FILE))) {
      throw new PlumblineException(
          "%s is not overwritten: it holds no %s, so it is no prepared folder; choose another name"
              .formatted(name, Manifest.FILE));
    }
  }

  /** Writes rows as Parquet, a file a partition, named by their order. */
  void writeParquet(String folder, Dataset<Row> rows) throws IOException {
    Path path = new Path(temporary, folder);
    rows.write()
        .option("compression", "zstd")
        .option("maxRecordsPerFile", 0)
        .parquet(path.toString());
    Path[] parts = parts(path);
    for (int part = 0; part < parts.length; part++) {
      rename(parts[part], new Path(path, String.format(Locale.ROOT, "part-%05d.parquet", part)));
    }
  }

  /** Writes the lines of one partition as one text file. */
  void writeLines(String file, Dataset<String> lines) throws IOException {
    Path path = new Path(temporary, file + ".parts");
    lines.write().text(path.toString());
    rename(parts(path)[0], new Path(temporary, file));
    system.delete(path, true);
  }

  /** Writes a text file. */
  void write(String file, String text) throws IOException {
    try (FSDataOutputStream out = system.create(new Path(temporary, file), false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.hsync();
    }
  }

  /**
   * Gives the folder its name.
   *
   * @throws PlumblineException as {@link #open}: another run may have taken the name meanwhile
   */
  void commit() throws IOException {
    requireFree();
    if (overwrite) {
      system.delete(target, true);
    }
    rename(temporary, target);
  }

  /** Removes what was written. */
  void abandon() {
    try {
      system.delete(temporary, true);
    } catch (IOException e) {
      // The failure that led here is the one to report; the next run removes the rest.
    }
  }

  /** The files that Spark wrote, in the order of their partitions. */
  private Path[] parts(Path folder) throws IOException {
    return Arrays.stream(system.listStatus(folder, path -> path.getName().startsWith("part-")))
        .map(FileStatus::getPath)
        .sorted()
        .toArray(Path[]::new);
  }

  private void rename(Path from, Path to) throws IOException {
    if (!system.rename(from, to)) {
      throw new IOException("%s cannot be renamed to %s".formatted(from, to));
    }
  }
}
