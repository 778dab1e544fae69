package dev.plumbline.data.stages;

import dev.plumbline.reward.catalog.OracleCatalog;
import java.io.Serializable;

/** Where executors find the oracles: a catalog cannot travel to them, the way to make one can. */
@FunctionalInterface
public interface OracleSource extends Serializable {
  /** Makes the catalog, the same on every machine. */
  OracleCatalog catalog();
}
