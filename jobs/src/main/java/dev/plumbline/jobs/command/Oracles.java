package dev.plumbline.jobs.command;

import dev.plumbline.data.synthetic.BrevityScorer;
import dev.plumbline.data.synthetic.CourtesyScorer;
import dev.plumbline.data.synthetic.ErrandScorer;
import dev.plumbline.reward.catalog.OracleCatalog;

/** The oracles that commands can be given by name. */
public final class Oracles {
  private Oracles() {}

  /** All of them. */
  public static OracleCatalog all() {
    return OracleCatalog.standard()
        .with(ErrandScorer.KIND)
        .with(CourtesyScorer.KIND)
        .with(BrevityScorer.KIND);
  }
}
