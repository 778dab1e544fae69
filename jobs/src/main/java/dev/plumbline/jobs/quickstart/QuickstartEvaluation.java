package dev.plumbline.jobs.quickstart;

import dev.plumbline.data.synthetic.ErrandFiles;
import dev.plumbline.data.synthetic.ErrandScorer;
import dev.plumbline.eval.report.Control;
import dev.plumbline.eval.report.Control.Expectation;
import dev.plumbline.eval.report.Curves;
import dev.plumbline.eval.report.Report;
import dev.plumbline.eval.winrate.BestOf;
import dev.plumbline.eval.winrate.Contestant;
import dev.plumbline.eval.winrate.Prompts;
import dev.plumbline.eval.winrate.Remembering;
import dev.plumbline.eval.winrate.WinRate;
import dev.plumbline.jobs.models.OpenModel;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.reward.PreferenceOracle;
import dev.plumbline.reward.ScoreOracle;
import dev.plumbline.train.loop.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The last step of the quick start: every model against SFT, judged by the task's truth. */
final class QuickstartEvaluation {
  private static final int SAMPLES = 2;
  private static final int BEST_OF = 4;
  private static final int MAX_NEW_TOKENS = 48;

  private final Path folder;
  private final ErrandFiles task;
  private final long seed;
  private final ComputeDevice device;
  private final Prompts prompts;
  private final WinRate.Options options;
  private final PreferenceOracle truth = new ScoreOracle(new ErrandScorer());
  private final List<Control> controls = new ArrayList<>();
  private final List<Curves> curves = new ArrayList<>();
  private final Map<String, String> hashes = new LinkedHashMap<>();

  QuickstartEvaluation(Path folder, ErrandFiles task, long seed, ComputeDevice device) {
    this.folder = folder;
    this.task = task;
    this.seed = seed;
    this.device = device;
    this.prompts = Prompts.read(task.prompts(), 0);
    this.options = WinRate.Options.of(SAMPLES, seed);
  }

  /**
   * Compares and writes the report.
   *
   * @param sft run folder of the model that the others start from, and are compared with
   * @param dpo run folder of what it was aligned to
   * @param moreSft run folder of SFT on the chosen answers, if it ran
   * @param shuffled run folder of DPO on labels by a coin, if it ran
   */
  QuickstartResult run(Path sft, Path dpo, Optional<Path> moreSft, Optional<Path> shuffled) {
    hashes.put("held-out prompts", hash(task.prompts()));
    try (OpenModel sftModel = open("SFT", sft);
        OpenModel dpoModel = open("DPO", dpo)) {
      Contestant before = new Remembering(contestant("SFT", sftModel));
      Contestant after = new Remembering(contestant("DPO", dpoModel));
      WinRate main = compare(after, before);
      control("SFT against itself", compare(before, before), Expectation.EVEN);
      control(
          "best of %d answers of SFT against SFT".formatted(BEST_OF),
          compare(new BestOf(contestant("SFT", sftModel), BEST_OF, truth), before),
          Expectation.NONE);
      moreSft.ifPresent(run -> imitation(run, before, after));
      shuffled.ifPresent(run -> noise(run, before));
      return new QuickstartResult(main, controls, report(main).write(folder));
    }
  }

  /** What DPO adds to imitating the better answers. */
  private void imitation(Path run, Contestant before, Contestant after) {
    try (OpenModel model = open("SFT on the chosen answers", run)) {
      Contestant imitator = new Remembering(contestant("SFT on the chosen answers", model));
      control("SFT on the chosen answers against SFT", compare(imitator, before), Expectation.NONE);
      control(
          "DPO against SFT on the chosen answers", compare(after, imitator), Expectation.BETTER);
    }
  }

  /** What is left when there is nothing to learn. */
  private void noise(Path run, Contestant before) {
    try (OpenModel model = open("DPO on shuffled labels", run)) {
      control(
          "DPO on shuffled labels against SFT",
          compare(contestant("DPO on shuffled labels", model), before),
          Expectation.EVEN);
    }
  }

  private OpenModel open(String name, Path run) {
    OpenModel model = OpenModel.load(run, device);
    hashes.put(name + " weights", model.policy().weightsHash());
    curves.add(Curves.read(name, run.resolve(Trainer.METRICS)));
    return model;
  }

  private static Contestant contestant(String name, OpenModel model) {
    return model.contestant(name, SamplingSettings.plain(SAMPLES, MAX_NEW_TOKENS, model.stopIds()));
  }

  private WinRate compare(Contestant one, Contestant other) {
    return WinRate.run(one, other, prompts.texts(), truth, options);
  }

  private void control(String name, WinRate result, Expectation expectation) {
    controls.add(new Control(name, result.rate(), expectation));
  }

  private Report report(WinRate main) {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("task", "errands, seed " + seed);
    config.put("answers a prompt", String.valueOf(SAMPLES));
    config.put("temperature", "1");
    config.put("most new tokens", String.valueOf(MAX_NEW_TOKENS));
    config.put("device", device.toString());
    config.put("judge", "the task's own truth");
    return new Report(
        "Quick start: DPO on the errands task",
        main,
        options,
        prompts.duplicates(),
        controls,
        curves,
        config,
        hashes);
  }

  private static String hash(Path file) {
    try {
      return Hashes.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
