package dev.plumbline.train.run;

import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;
import dev.plumbline.train.loop.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a run is made of: the options of every method that name files and machines. */
public record RunOptions(
    @Option(
            help = "Hugging Face folder of the model that is trained.",
            defaultValue = "",
            aliases = {"model", "model_name"})
        Optional<Path> modelNameOrPath,
    @Option(
            help = "Rows to train on.",
            defaultValue = "",
            aliases = {"train_data", "dataset"})
        List<Path> data,
    @Option(
            help = "Rows to evaluate on.",
            defaultValue = "",
            aliases = {"eval_dataset"})
        List<Path> evalData,
    @Option(
            help = "Folder that the run makes.",
            defaultValue = "",
            aliases = {"output", "out"})
        Optional<Path> outputDir,
    @Option(
            help =
                "Most tokens of a prompt with its completion: longer completions lose their end; 0 is"
                    + " as many as the model takes.",
            defaultValue = "1024")
        int maxLength,
    @Option(help = "Where the model runs: cpu, cuda or cuda:n.", defaultValue = "cpu")
        String device,
    @Option(help = "How progress is shown on stderr.", defaultValue = "auto")
        Progress.Mode progress) {

  public RunOptions {
    Check.that(maxLength >= 0, "max_length", maxLength, "a whole number of at least 0");
    Check.that(isDevice(device), "device", device, "cpu, cuda or cuda:n (n the GPU's number)");
  }

  /**
   * The model's folder.
   *
   * @throws UsageException if none is set
   */
  public Path requiredModel() {
    return required(modelNameOrPath, "model_name_or_path");
  }

  /**
   * The folder that the run makes.
   *
   * @throws UsageException if none is set
   */
  public Path requiredOutput() {
    return required(outputDir, "output_dir");
  }

  /** Most tokens of a row, for a model of so many positions. */
  public int longestRow(int positions) {
    return maxLength == 0 ? positions : Math.min(maxLength, positions);
  }

  private static Path required(Optional<Path> path, String key) {
    return path.orElseThrow(() -> new UsageException(key + " is not set; expected a path"));
  }

  private static boolean isDevice(String device) {
    try {
      ComputeDevice.parse(device);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
