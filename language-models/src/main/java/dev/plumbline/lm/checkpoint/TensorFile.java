package dev.plumbline.lm.checkpoint;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, open for reading. Tensors are mapped into memory piece by piece when their
 * values are asked for, so files and tensors may be of any size.
 */
public final class TensorFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final TensorHeader header;

  /** Where numbers that are not float32 in the file become it; made when needed, then reused. */
  private ByteBuffer widened = ByteBuffer.allocateDirect(0);

  private TensorFile(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.header = TensorHeader.read(file, channel);
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws PlumblineException if it cannot be read, is truncated, has a broken header, tensors
   *     that overlap or leave the file, or numbers of another type than float32, float16 and
   *     bfloat16
   */
  public static TensorFile open(Path file) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      return new TensorFile(file, channel);
    } catch (IOException failure) {
      close(channel);
      throw unreadable(file, failure);
    } catch (RuntimeException broken) {
      close(channel);
      throw broken;
    }
  }

  Path path() {
    return file;
  }

  /** Texts that the file carries beside its tensors. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** What its tensors are called, in the order of their bytes. */
  public Set<String> names() {
    return header.tensors().keySet();
  }

  /** The sizes of a tensor, outermost first. */
  public List<Long> shape(String name) {
    return entry(name).shape();
  }

  TensorType type(String name) {
    return entry(name).type();
  }

  /** The values of a tensor. */
  public TensorValues values(String name) {
    TensorHeader.Entry tensor = entry(name);
    return consumer -> {
      for (long at = 0; at < tensor.elements(); at += TensorValues.PIECE) {
        consumer.accept(at, float32(tensor, at));
      }
    };
  }

  /** Whether a tensor of another file holds the same numbers, stored in the same way. */
  boolean sameValues(String name, TensorFile other, String otherName) {
    TensorHeader.Entry mine = entry(name);
    TensorHeader.Entry others = other.entry(otherName);
    if (mine.type() != others.type() || !mine.shape().equals(others.shape())) {
      return false;
    }
    for (long at = 0; at < mine.elements(); at += TensorValues.PIECE) {
      if (!stored(mine, at).equals(other.stored(others, at))) {
        return false;
      }
    }
    return true;
  }

  private ByteBuffer float32(TensorHeader.Entry tensor, long at) {
    ByteBuffer stored = stored(tensor, at);
    // The engine takes float32 where it lies only if it is aligned.
    if (tensor.type() == TensorType.F32 && tensor.begin() % Float.BYTES == 0) {
      return stored;
    }
    int bytes = stored.remaining() / tensor.type().bytes() * Float.BYTES;
    if (widened.capacity() < bytes) {
      widened = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    widened.clear().limit(bytes);
    tensor.type().widen(stored, widened);
    return widened.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A piece's bytes as they are in the file. */
  private ByteBuffer stored(TensorHeader.Entry tensor, long at) {
    long count = Math.min(TensorValues.PIECE, tensor.elements() - at);
    int width = tensor.type().bytes();
    try {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, tensor.begin() + at * width, count * width)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException failure) {
      throw unreadable(file, failure);
    }
  }

  private TensorHeader.Entry entry(String name) {
    TensorHeader.Entry entry = header.tensors().get(name);
    if (entry == null) {
      throw new PlumblineException(
          "%s has no tensor %s; it is not the file that was expected".formatted(file, name));
    }
    return entry;
  }

  private static PlumblineException unreadable(Path file, IOException failure) {
    return new PlumblineException(
        "%s cannot be read: %s; check that it is there and readable"
            .formatted(file, failure.getMessage()),
        failure);
  }

  @Override
  public void close() {
    close(channel);
  }

  private static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException nothingToLose) {
      // The file was only read.
    }
  }
}
