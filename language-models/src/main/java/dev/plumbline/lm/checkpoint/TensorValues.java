package dev.plumbline.lm.checkpoint;

import java.nio.ByteBuffer;

/**
 * A tensor's values as float32, wherever they are: handed over in order and in pieces, so that no
 * one needs a copy of the whole.
 */
@FunctionalInterface
public interface TensorValues {
  /** The most values that a piece has: 16 MiB of float32. */
  int PIECE = 1 << 22;

  /** Hands over all pieces, first to last. */
  void forEachPiece(Piece consumer);

  /** Takes a piece. */
  @FunctionalInterface
  interface Piece {
    /**
     * Takes it.
     *
     * @param at place of its first value in the tensor, row by row
     * @param float32 little-endian values from position 0 to the limit; only valid during the call
     */
    void accept(long at, ByteBuffer float32);
  }
}
