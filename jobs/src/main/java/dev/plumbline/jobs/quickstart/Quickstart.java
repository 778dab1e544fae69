package dev.plumbline.jobs.quickstart;

import dev.plumbline.data.synthetic.ErrandFiles;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.lm.torch.ComputeDevice;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The whole way once, in minutes: a task is written and prepared on Spark, a small decoder learns
 * it by supervised fine-tuning, is aligned by DPO, and is compared with what it was, on prompts
 * that neither met. Every step but the first and the last is a command that anybody can run.
 */
public final class Quickstart {
  /** A command and its arguments. */
  @FunctionalInterface
  public interface Commands {
    /**
     * Shows a command and runs it.
     *
     * @throws PlumblineException if it fails
     */
    void run(List<String> arguments);
  }

  private final Path folder;
  private final long seed;
  private final boolean controls;
  private final ComputeDevice device;
  private final Commands commands;

  /**
   * @param folder where everything goes; must not exist
   * @param seed decides everything
   * @param controls whether the controls that are trainings of their own run too
   * @param device where models run
   */
  public Quickstart(
      Path folder, long seed, boolean controls, ComputeDevice device, Commands commands) {
    this.folder = folder;
    this.seed = seed;
    this.controls = controls;
    this.device = device;
    this.commands = commands;
  }

  /** Runs all steps and returns what they came to. */
  public QuickstartResult run() {
    ErrandFiles task = writeTask();
    Path start = folder.resolve("start");
    run("init", "--tokenizer", task.folder(), "--output", start, "--seed", seed);
    Path sft = train("sft", "sft", start, prepare("demonstrations", task.demonstrations(), start));
    Path dpo = train("dpo", "dpo", sft, prepare("pairs", task.pairs(), start));
    Optional<Path> moreSft = Optional.empty();
    Optional<Path> shuffled = Optional.empty();
    if (controls) {
      moreSft = Optional.of(train("sft", "more-sft", sft, prepare("chosen", task.chosen(), start)));
      shuffled =
          Optional.of(
              train(
                  "dpo", "shuffled", sft, prepare("shuffled-pairs", task.shuffledPairs(), start)));
    }
    return new QuickstartEvaluation(folder, task, seed, device).run(sft, dpo, moreSft, shuffled);
  }

  private ErrandFiles writeTask() {
    ErrandFiles task = new ErrandFiles(folder.resolve("task"));
    try {
      Files.createDirectories(task.folder());
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot make %s: %s; choose another --output".formatted(folder, e.getMessage()), e);
    }
    task.write(ErrandFiles.Sizes.quickStart(), seed);
    return task;
  }

  private Path prepare(String name, Path rows, Path model) {
    Path output = folder.resolve("prepared").resolve(name);
    run(
        "prepare",
        "--input",
        rows,
        "--output",
        output,
        "--tokenizer",
        model,
        "--validation-share",
        "0.05");
    return output;
  }

  /** Trains by a method with the options of a file that lies in the run, to be read and changed. */
  private Path train(String method, String name, Path model, Path data) {
    Path config = folder.resolve("configs").resolve(name + ".yaml");
    writeConfig(config, name);
    Path output = folder.resolve(name);
    run(
        "train",
        method,
        "--config",
        config,
        "--model",
        Files.isDirectory(model.resolve("model")) ? model.resolve("model") : model,
        "--data",
        data,
        "--output",
        output,
        "--seed",
        seed,
        "--device",
        device);
    return output;
  }

  private static void writeConfig(Path file, String name) {
    try (InputStream resource = Quickstart.class.getResourceAsStream(name + ".yaml")) {
      Files.createDirectories(file.getParent());
      WholeFiles.write(file, new String(resource.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(Object... arguments) {
    commands.run(new ArrayList<>(Arrays.stream(arguments).map(String::valueOf).toList()));
  }
}
