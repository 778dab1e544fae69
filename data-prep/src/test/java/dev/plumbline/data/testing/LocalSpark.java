package dev.plumbline.data.testing;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** The one Spark session of a test JVM. */
public final class LocalSpark {
  private static SparkSession session;

  private LocalSpark() {}

  /** A session on two threads of this JVM. */
  public static synchronized SparkSession session() {
    if (session == null) {
      session = builder("local[2]").getOrCreate();
    }
    return session;
  }

  /**
   * A session to be built: no UI, few shuffle partitions, everything under the temporary folder.
   */
  public static SparkSession.Builder builder(String master) {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    return SparkSession.builder()
        .master(master)
        .appName("tests")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
        .config("spark.driver.host", "127.0.0.1");
  }
}
