package dev.plumbline.jobs.sweep;

import dev.plumbline.eval.sweep.PolicyScores;
import dev.plumbline.eval.winrate.Contestant;
import dev.plumbline.eval.winrate.Prompts;
import dev.plumbline.eval.winrate.Remembering;
import dev.plumbline.eval.winrate.WinRate;
import dev.plumbline.jobs.models.OpenModel;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.generate.Sample;
import dev.plumbline.lm.generate.SamplingSettings;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.policy.SequenceKl;
import dev.plumbline.lm.random.RandomStream;
import dev.plumbline.lm.text.Boundary;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.reward.PreferenceOracle;
import dev.plumbline.reward.Scorer;
import dev.plumbline.reward.catalog.OracleCatalog;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks every policy the same, with the same chance, against one reference. */
final class Evaluator implements AutoCloseable {
  private final EvaluateOptions options;
  private final ComputeDevice device;
  private final Prompts prompts;
  private final PreferenceOracle oracle;
  private final Map<String, Scorer> objectives = new LinkedHashMap<>();
  private final OpenModel reference;
  private final Contestant remembering;
  private final Map<String, String> hashes;

  /**
   * Opens all that is needed, so that what is missing is told before the first training.
   *
   * @param start the model to compare with, unless the options name one
   */
  Evaluator(EvaluateOptions options, Path start, ComputeDevice device, OracleCatalog oracles) {
    this.options = options;
    this.device = device;
    Path file = options.prompts();
    this.prompts = Prompts.read(file, options.limit());
    if (prompts.texts().size() < 2) {
      throw new UsageException(
          file + " holds one prompt; expected at least 2, for there is no interval over one");
    }
    this.oracle = oracles.parse(options.oracle(), prompts.expected());
    for (String name : options.objectives()) {
      objectives.put(name, oracles.scorer(name, prompts.expected()));
    }
    this.reference = OpenModel.load(options.reference().orElse(start), device);
    this.remembering = new Remembering(contestant(SweepFolder.REFERENCE, reference));
    this.hashes =
        Map.of(
            "prompts_sha256", Hashes.ofInput(file),
            "reference_weights_sha256", reference.policy().weightsHash());
  }

  /** How many prompts are asked. */
  int prompts() {
    return prompts.texts().size();
  }

  /** Hashes of what all are measured with. */
  Map<String, String> hashes() {
    return hashes;
  }

  /** The reference against itself. */
  PolicyScores measureReference() {
    return measure(SweepFolder.REFERENCE, reference);
  }

  /** A model against the reference. */
  PolicyScores measure(String name, Path model) {
    try (OpenModel open = OpenModel.load(model, device)) {
      if (!open.tokenizer().hash().equals(reference.tokenizer().hash())) {
        throw new PlumblineException(
            "%s has another tokenizer than the reference %s; name a reference with the same one"
                .formatted(model, reference.folder()));
      }
      return measure(name, open);
    }
  }

  private PolicyScores measure(String name, OpenModel model) {
    WinRate result =
        WinRate.run(
            contestant(name, model),
            remembering,
            prompts.texts(),
            oracle,
            new WinRate.Options(
                options.samples(),
                options.seed(),
                options.resamples(),
                options.bootstrap().confidence()));
    Boundary boundary = new Boundary(model.tokenizer());
    List<int[]> ids = prompts.texts().stream().map(boundary::prompt).toList();
    List<List<Sample>> fresh =
        model
            .policy()
            .sample(
                ids,
                SamplingSettings.plain(
                    options.klSamples(), options.maxNewTokens(), model.stopIds()),
                RandomStream.derive(options.seed(), "sweep/kl"));
    SequenceKl kl = SequenceKl.of(model.policy(), reference.policy(), ids, fresh);
    return PolicyScores.of(result, objectives, kl, model.policy().weightsHash());
  }

  private Contestant contestant(String name, OpenModel model) {
    return model.contestant(name, options.sampling(model.stopIds()));
  }

  @Override
  public void close() {
    reference.close();
  }
}
