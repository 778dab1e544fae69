package dev.plumbline.data.stages;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local file system under another scheme, on a disk that is soon full. */
public final class SmallDisk extends RawLocalFileSystem {
  static final String SCHEME = "smalldisk";

  private static final AtomicLong ROOM = new AtomicLong();
  private static volatile boolean stalls;

  /** Makes the scheme known, with room for some bytes; a write beyond them fails. */
  static void mount(Configuration hadoop, long bytes) {
    hadoop.set("fs." + SCHEME + ".impl", SmallDisk.class.getName());
    ROOM.set(bytes);
    stalls = false;
  }

  /** The same, but a write beyond them never returns. */
  static void mountStalling(Configuration hadoop, long bytes) {
    mount(hadoop, bytes);
    stalls = true;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return new FSDataOutputStream(
        new Limited(
            super.create(
                file, permission, overwrite, bufferSize, replication, blockSize, progress)),
        null);
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(file, null, overwrite, bufferSize, replication, blockSize, progress);
  }

  private static final class Limited extends FilterOutputStream {
    Limited(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      take(1);
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      take(length);
      out.write(bytes, offset, length);
    }

    private static void take(int bytes) throws IOException {
      if (ROOM.addAndGet(-bytes) < 0) {
        while (stalls) {
          LockSupport.park();
        }
        throw new IOException("No space left on device");
      }
    }
  }
}
