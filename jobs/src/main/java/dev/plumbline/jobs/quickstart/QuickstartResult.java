package dev.plumbline.jobs.quickstart;

import dev.plumbline.eval.report.Control;
import dev.plumbline.eval.winrate.WinRate;
import java.nio.file.Path;
import java.util.List;

/**
 * What a quick start came to.
 *
 * @param winRate DPO against SFT on held-out prompts
 * @param controls comparisons beside it
 * @param report the page that shows all of it
 */
public record QuickstartResult(WinRate winRate, List<Control> controls, Path report) {
  public QuickstartResult {
    controls = List.copyOf(controls);
  }
}
