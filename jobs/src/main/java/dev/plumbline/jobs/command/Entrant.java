package dev.plumbline.jobs.command;

import dev.plumbline.eval.winrate.Answer;
import dev.plumbline.eval.winrate.Contestant;
import dev.plumbline.eval.winrate.FileContestant;
import dev.plumbline.jobs.models.OpenModel;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.loop.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One side of a comparison, opened: a model or a file of answers.
 *
 * @param contestant who answers
 * @param hash SHA-256 of the weights, or of the file
 * @param metrics of the run that trained the model, if it lies in one
 * @param model to close; null for a file
 */
record Entrant(Contestant contestant, String hash, Optional<Path> metrics, OpenModel model)
    implements AutoCloseable {

  /** Opens a model folder, a run folder or a file of answers. */
  static Entrant open(Path path, SamplingFlags sampling, ComputeDevice device) {
    if (Files.isDirectory(path)) {
      OpenModel model = OpenModel.load(path, device);
      Path metrics = path.resolve(Trainer.METRICS);
      return new Entrant(
          model.contestant(name(path), sampling.settings(model.stopIds())),
          model.policy().weightsHash(),
          Files.exists(metrics) ? Optional.of(metrics) : Optional.empty(),
          model);
    }
    try {
      return new Entrant(
          FileContestant.read(name(path), path, text -> Answer.UNKNOWN),
          Hashes.of(path),
          Optional.empty(),
          null);
    } catch (IOException e) {
      throw new PlumblineException(
          "%s: %s; expected a model folder, a run folder or a file of answers"
              .formatted(path, Files.exists(path) ? e.getMessage() : "there is no such file"),
          e);
    }
  }

  /** The last name of a path that says something: {@code model} does not. */
  private static String name(Path path) {
    Path whole = path.toAbsolutePath().normalize();
    Path named = whole.endsWith("model") ? whole.getParent() : whole;
    return String.valueOf(named.getFileName());
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
    }
  }
}
