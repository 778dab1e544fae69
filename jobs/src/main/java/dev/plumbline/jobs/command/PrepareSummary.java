package dev.plumbline.jobs.command;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.read.PreparedFolder;
import java.util.ArrayList;
import java.util.List;

/** What {@code prepare} tells of a folder that it wrote. */
final class PrepareSummary {
  private PrepareSummary() {}

  static List<String> lines(String output, Manifest manifest) {
    Manifest.Rows rows = manifest.rows();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %,d rows of kind %s for training, %,d set apart, of %,d read"
            .formatted(output, rows.train(), manifest.kind(), rows.validation(), rows.read()));
    if (rows.quarantined() > 0) {
      lines.add(
          "%,d rows in %s: %s"
              .formatted(rows.quarantined(), PreparedFolder.QUARANTINE, manifest.quarantine()));
    }
    add(
        lines,
        manifest.boundaryDisagreements(),
        "rows in which tokens would merge across the boundary between prompt and completion; they are kept apart");
    add(
        lines,
        manifest.typedEos(),
        "rows end in a typed end-of-text token; it was taken for the one that is added");
    add(
        lines,
        manifest.truncation().rows(),
        "rows lost %,d tokens to max_length; %,d completions lost their end"
            .formatted(manifest.truncation().tokens(), manifest.truncation().lostEos()));
    if (!manifest.labels().isEmpty()) {
      lines.add("labels: " + manifest.labels());
    }
    if (!manifest.optionalColumns().isEmpty()) {
      lines.add("rows that have optional columns: " + manifest.optionalColumns());
    }
    if (!manifest.ignoredColumns().isEmpty()) {
      lines.add("columns that this kind does not use: " + manifest.ignoredColumns());
    }
    return lines;
  }

  private static void add(List<String> lines, long count, String what) {
    if (count > 0) {
      lines.add("%,d %s".formatted(count, what));
    }
  }
}
