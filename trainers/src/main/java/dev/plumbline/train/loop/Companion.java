package dev.plumbline.train.loop;

import dev.plumbline.lm.policy.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What must be known of rows only when their step begins, because it comes of a model that moves.
 * It tells the recipe, which stays a pure function.
 *
 * @param <R> a row
 */
public interface Companion<R> extends AutoCloseable {

  /**
   * The rows of a micro-batch with what is known of them now.
   *
   * @param policy as it is before the step; not moved
   */
  List<R> fill(List<R> rows, Policy policy);

  /**
   * Called after every update.
   *
   * @param step optimiser steps done
   */
  default void stepped(Policy policy, long step) {}

  /**
   * Keeps what a resumed run needs.
   *
   * @param folder where nothing is; made if there is something to keep
   */
  default void snapshot(Path folder) throws IOException {}

  /** Reads back what {@link #snapshot} wrote. */
  default void restore(Path folder) throws IOException {}

  @Override
  default void close() {}

  /** Nothing need be known. */
  static <R> Companion<R> none() {
    return (rows, policy) -> rows;
  }
}
