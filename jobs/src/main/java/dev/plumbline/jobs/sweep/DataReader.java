package dev.plumbline.jobs.sweep;

import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.TrainingData;
import java.nio.file.Path;
import java.util.List;

/** Reads the rows of a training. */
@FunctionalInterface
public interface DataReader {
  /**
   * Reads prepared folders.
   *
   * @param method decides the kind of the rows
   * @param evaluation if empty, what was set apart of the training data is evaluated on
   */
  <R> TrainingData<R> read(Method<R> method, List<Path> training, List<Path> evaluation);
}
