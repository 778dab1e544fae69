package dev.plumbline.lm.policy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.WholeFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * The snapshot of a tabular policy, as JSON. Java writes a double so that reading it gives the same
 * bits.
 */
final class TabularFile {
  private static final String NAME = "tables.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private TabularFile() {}

  private record Saved(int steps, List<SavedTable> tables) {}

  @SuppressWarnings("ArrayRecordComponent")
  private record SavedTable(
      String shape, double[] logits, double[] firstMoments, double[] secondMoments) {
    static SavedTable of(CompletionTable table) {
      return new SavedTable(
          table.shape(), table.logits(), table.firstMoments(), table.secondMoments());
    }

    void copyTo(CompletionTable table) {
      System.arraycopy(logits, 0, table.logits(), 0, logits.length);
      System.arraycopy(firstMoments, 0, table.firstMoments(), 0, logits.length);
      System.arraycopy(secondMoments, 0, table.secondMoments(), 0, logits.length);
    }
  }

  static void write(Path folder, int steps, Collection<CompletionTable> tables) {
    Saved saved = new Saved(steps, tables.stream().map(SavedTable::of).toList());
    WholeFiles.write(folder.resolve(NAME), temporary -> JSON.writeValue(temporary.toFile(), saved));
  }

  /** Reads the tables' values; the optimiser's steps. */
  static int read(Path folder, Collection<CompletionTable> tables) throws IOException {
    Path file = folder.resolve(NAME);
    Saved saved = JSON.readValue(file.toFile(), Saved.class);
    List<String> shapes = saved.tables().stream().map(SavedTable::shape).toList();
    if (!shapes.equals(tables.stream().map(CompletionTable::shape).toList())) {
      throw new PlumblineException(
          file + " is of a policy over other prompts or completions; restore it into one like it");
    }
    int at = 0;
    for (CompletionTable table : tables) {
      saved.tables().get(at++).copyTo(table);
    }
    return saved.steps();
  }
}
