package dev.plumbline.train.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** A file of JSON lines that grows, and can be cut back to where a checkpoint was. */
final class JsonLines implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final FileChannel channel;

  JsonLines(Path file) {
    this.file = file;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      channel.position(channel.size());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  void write(Map<String, ?> line) {
    try {
      byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Forces what was written to the disk. Returns the file's length in bytes. */
  long sync() {
    try {
      channel.force(true);
      return channel.size();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Forgets everything after a length in bytes. */
  void cutTo(long length) {
    try {
      if (channel.size() < length) {
        throw new PlumblineException(
            "%s has %d bytes, but its checkpoint was made when it had %d; put the file back, or start a new run"
                .formatted(file, channel.size(), length));
      }
      channel.truncate(length);
      channel.position(length);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Forgets a last line that was not written to its end. */
  void cutPartialLine() {
    try {
      long end = channel.size();
      ByteBuffer one = ByteBuffer.allocate(1);
      while (end > 0) {
        one.clear();
        channel.read(one, end - 1);
        if (one.get(0) == '\n') {
          break;
        }
        end--;
      }
      cutTo(end);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private PlumblineException failed(IOException e) {
    return new PlumblineException(
        "cannot write %s: %s; check that the disk has room and the folder is writable"
            .formatted(file, e.getMessage()),
        e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
