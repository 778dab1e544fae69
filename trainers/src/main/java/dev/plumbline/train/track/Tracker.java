package dev.plumbline.train.track;

import java.util.Map;

/** One place where a run is shown. */
interface Tracker extends AutoCloseable {

  /**
   * Called once, before the first step of a session.
   *
   * @param step optimiser steps done before it; what was shown of later ones is void
   */
  void begin(long step);

  /** Shows metrics after a step. */
  void logged(long step, Map<String, Double> metrics);

  /** The run has ended well; {@link #close} without this means that it failed. */
  void finished();

  @Override
  void close();
}
