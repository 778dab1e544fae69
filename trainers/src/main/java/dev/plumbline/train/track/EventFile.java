package dev.plumbline.train.track;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A file of TensorBoard's events. Each is a TFRecord: its length (uint64), the length's masked
 * CRC32C, the event, the event's masked CRC32C, all little-endian (tensorflow's {@code
 * record_writer.h}). What was appended is in the operating system's hands at once.
 */
final class EventFile implements AutoCloseable {
  private final Path file;
  private final OutputStream out;

  /**
   * Makes a new file. Its name has the parts that TensorBoard's writers give it, and as TensorBoard
   * reads files in the order of their names, a later one comes last.
   *
   * @param folder made if it is not there
   */
  EventFile(Path folder, long seconds) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw failed(folder, e);
    }
    Path free = folder;
    OutputStream opened = null;
    for (int number = 0; opened == null; number++) {
      free =
          folder.resolve(
              String.format(
                  Locale.ROOT,
                  "events.out.tfevents.%010d.plumbline.%d.%d",
                  seconds,
                  ProcessHandle.current().pid(),
                  number));
      try {
        opened = Files.newOutputStream(free, StandardOpenOption.CREATE_NEW);
      } catch (FileAlreadyExistsException taken) {
        // The next number: two sessions of one process within a second.
      } catch (IOException e) {
        throw failed(free, e);
      }
    }
    file = free;
    out = opened;
  }

  /** Appends an event, whole in one call. */
  void append(byte[] event) {
    byte[] length = ProtoMessage.littleEndian(Long.BYTES).putLong(event.length).array();
    ByteBuffer framed = ProtoMessage.littleEndian(Long.BYTES + 2 * Integer.BYTES + event.length);
    framed.put(length).putInt(maskedCrc(length)).put(event).putInt(maskedCrc(event));
    try {
      out.write(framed.array());
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static int maskedCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  private static PlumblineException failed(Path path, IOException e) {
    return new PlumblineException(
        "cannot write %s: %s; check that the disk has room and logging_dir is writable"
            .formatted(path, e.getMessage()),
        e);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }
}
